/*
 * A running SHA-256 (FIPS 180-4) for WebAssembly with 128-bit vectors: these compute the message schedule, four words
 * at a time, which takes a fifth off the time of one without. The exports and the saved state are those of hash-wasm's
 * module, so that hash.ts uses both alike. sha256.wasm is this file, built by hand whenever it changes:
 *
 *     pip install ziglang==0.17.1
 *     python -m ziglang cc --target=wasm32-freestanding -mcpu=generic+simd128 -O2 -nostdlib -s -fvisibility=hidden \
 *       -Wl,--no-entry -Wl,--export-dynamic -Wl,-z,stack-size=4096 -o sha256.wasm sha256.c
 */
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT __attribute__((visibility("default")))
#define BLOCK 64

typedef struct {
  /* What fills no block yet. */
  uint8_t tail[BLOCK];
  /* Bytes hashed so far, with those of the tail. */
  uint64_t length;
  uint32_t hash[8];
  uint32_t digest_length;
} State;

static const uint32_t INITIAL[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static const uint32_t K[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint8_t buffer[16 * 1024] __attribute__((aligned(16)));
static State state;
EXPORT const uint32_t STATE_SIZE = sizeof(State);

/* Section 4.1.2; a vector has four words. */
#define ROTATE(x, n) __builtin_rotateright32(x, n)
#define ROTATE4(x, n) wasm_v128_or(wasm_u32x4_shr(x, n), wasm_i32x4_shl(x, 32 - (n)))
#define CH(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
/* Its last part is what the round before had as its first. */
#define MAJ(x, y, z) ((y) ^ (((x) ^ (y)) & ((y) ^ (z))))
#define SUM0(x) (ROTATE(x, 2) ^ ROTATE(x, 13) ^ ROTATE(x, 22))
#define SUM1(x) (ROTATE(x, 6) ^ ROTATE(x, 11) ^ ROTATE(x, 25))

static inline v128_t sigma0(v128_t x) {
  return wasm_v128_xor(wasm_v128_xor(ROTATE4(x, 7), ROTATE4(x, 18)), wasm_u32x4_shr(x, 3));
}

static inline v128_t sigma1(v128_t x) {
  return wasm_v128_xor(wasm_v128_xor(ROTATE4(x, 17), ROTATE4(x, 19)), wasm_u32x4_shr(x, 10));
}

/* Four words of the message, which are big-endian. */
static inline v128_t load(const uint8_t *bytes) {
  v128_t v = wasm_v128_load(bytes);
  return wasm_i8x16_shuffle(v, v, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/* The next four words of the schedule after these sixteen (section 6.2.2, step 1). */
static inline v128_t schedule(v128_t w0, v128_t w4, v128_t w8, v128_t w12) {
  const v128_t zero = wasm_i32x4_const_splat(0);
  v128_t w1 = wasm_i32x4_shuffle(w0, w4, 1, 2, 3, 4);
  v128_t w9 = wasm_i32x4_shuffle(w8, w12, 1, 2, 3, 4);
  v128_t next = wasm_i32x4_add(wasm_i32x4_add(w0, sigma0(w1)), w9);
  /* The last two of the four need the first two. */
  v128_t first = sigma1(wasm_i32x4_shuffle(w12, w12, 2, 3, 2, 3));
  next = wasm_i32x4_add(next, wasm_i32x4_shuffle(first, zero, 0, 1, 4, 4));
  v128_t last = sigma1(wasm_i32x4_shuffle(next, next, 0, 1, 0, 1));
  return wasm_i32x4_add(next, wasm_i32x4_shuffle(zero, last, 0, 0, 4, 5));
}

/* Section 6.2.2, step 3, with the variables' names moved on instead of their values. */
#define ROUND(a, b, c, d, e, f, g, h, wk)            \
  {                                                  \
    uint32_t t = h + SUM1(e) + CH(e, f, g) + (wk);   \
    d += t;                                          \
    h = t + SUM0(a) + MAJ(a, b, c);                  \
  }
#define FOUR_ROUNDS(w, k, a, b, c, d, e, f, g, h)               \
  {                                                             \
    v128_t wk = wasm_i32x4_add(w, wasm_v128_load(k));           \
    ROUND(a, b, c, d, e, f, g, h, wasm_u32x4_extract_lane(wk, 0)) \
    ROUND(h, a, b, c, d, e, f, g, wasm_u32x4_extract_lane(wk, 1)) \
    ROUND(g, h, a, b, c, d, e, f, wasm_u32x4_extract_lane(wk, 2)) \
    ROUND(f, g, h, a, b, c, d, e, wasm_u32x4_extract_lane(wk, 3)) \
  }
#define SIXTEEN_ROUNDS(k, NEXT)                              \
  FOUR_ROUNDS(w0, k, a, b, c, d, e, f, g, h)                 \
  NEXT(w0, w4, w8, w12) FOUR_ROUNDS(w4, k + 4, e, f, g, h, a, b, c, d)  \
  NEXT(w4, w8, w12, w0) FOUR_ROUNDS(w8, k + 8, a, b, c, d, e, f, g, h)  \
  NEXT(w8, w12, w0, w4) FOUR_ROUNDS(w12, k + 12, e, f, g, h, a, b, c, d) \
  NEXT(w12, w0, w4, w8)
#define SCHEDULE(w0, w4, w8, w12) w0 = schedule(w0, w4, w8, w12);
#define NOTHING(w0, w4, w8, w12)

static void compress(const uint8_t *bytes, uint32_t blocks) {
  uint32_t *hash = state.hash;
  for (; blocks > 0; blocks--, bytes += BLOCK) {
    uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3];
    uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    v128_t w0 = load(bytes), w4 = load(bytes + 16), w8 = load(bytes + 32), w12 = load(bytes + 48);
    SIXTEEN_ROUNDS(K, SCHEDULE)
    SIXTEEN_ROUNDS(K + 16, SCHEDULE)
    SIXTEEN_ROUNDS(K + 32, SCHEDULE)
    SIXTEEN_ROUNDS(K + 48, NOTHING)
    hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d;
    hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
  }
}

static void update(const uint8_t *bytes, uint32_t length) {
  uint32_t filled = state.length % BLOCK;
  state.length += length;
  if (filled > 0) {
    for (; length > 0 && filled < BLOCK; length--) state.tail[filled++] = *bytes++;
    if (filled < BLOCK) return;
    compress(state.tail, 1);
  }
  compress(bytes, length / BLOCK);
  bytes += length / BLOCK * BLOCK;
  for (uint32_t i = 0; i < length % BLOCK; i++) state.tail[i] = bytes[i];
}

EXPORT uint8_t *Hash_GetBuffer(void) { return buffer; }

EXPORT State *Hash_GetState(void) { return &state; }

EXPORT void Hash_Init(uint32_t bits) {
  state = (State){.digest_length = bits / 8};
  for (int i = 0; i < 8; i++) state.hash[i] = INITIAL[i];
}

/* Takes what was put into the buffer. */
EXPORT void Hash_Update(uint32_t length) { update(buffer, length); }

/* Leaves the digest in the buffer. Padding: section 5.1.1. */
EXPORT void Hash_Final(void) {
  uint64_t bits = state.length * 8;
  uint32_t filled = state.length % BLOCK;
  uint32_t padding = (filled < BLOCK - 8 ? BLOCK : 2 * BLOCK) - filled;
  buffer[0] = 0x80;
  for (uint32_t i = 1; i < padding; i++) buffer[i] = i < padding - 8 ? 0 : bits >> 8 * (padding - 1 - i);
  update(buffer, padding);
  for (uint32_t i = 0; i < state.digest_length; i++) buffer[i] = state.hash[i / 4] >> 8 * (3 - i % 4);
}
