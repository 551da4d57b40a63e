"""Makes the files beside it, with the package that llama.cpp's converters write theirs with: pip install gguf==0.19.0"""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, quants

HERE = Path(__file__).parent
CHAT_TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"


def language_model(name: str, layers: int, file_type: LlamaFileType, tensor_type: GGMLQuantizationType, **split: int) -> None:
    writer = GGUFWriter(HERE / name, "qwen2", **split)
    writer.add_type("model")
    writer.add_name("Tiny Qwen")
    writer.add_author("Acme")
    writer.add_url("https://acme.example/tiny")
    writer.add_license("apache-2.0")
    writer.add_file_type(file_type)
    writer.add_context_length(32768)
    writer.add_embedding_length(256)
    writer.add_block_count(layers)
    writer.add_head_count(4)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([f"token{n}" for n in range(8)])
    writer.add_chat_template(CHAT_TEMPLATE)
    writer.add_tensor("token_embd.weight", np.zeros((8, 256), dtype=np.float16))
    for layer in range(layers):
        # numpy cannot quantize to K types: what counts here are the sizes.
        rows = np.zeros((8, quants.quant_shape_to_byte_shape((8, 256), tensor_type)[1]), dtype=np.uint8)
        writer.add_tensor(f"blk.{layer}.attn_q.weight", rows, raw_dtype=tensor_type)
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", np.ones(256, dtype=np.float32))
    write(writer)


def projector() -> None:
    writer = GGUFWriter(HERE / "mmproj-tiny-F16.gguf", "clip")
    writer.add_type("mmproj")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_clip_has_vision_encoder(True)
    writer.add_vision_embedding_length(128)
    writer.add_vision_block_count(3)
    writer.add_tensor("v.patch_embd.weight", np.zeros((16, 32), dtype=np.float16))
    write(writer)


def adapter() -> None:
    writer = GGUFWriter(HERE / "lora-tiny.gguf", "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 16.0)
    writer.add_tensor("blk.0.attn_q.weight.lora_a", np.zeros((4, 64), dtype=np.float32))
    write(writer)


def importance_matrix() -> None:
    writer = GGUFWriter(HERE / "imatrix-tiny.gguf", "imatrix")
    writer.add_type("imatrix")
    writer.add_tensor("blk.0.attn_q.weight.in_sum2", np.zeros((1, 64), dtype=np.float32))
    write(writer)


def write(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


language_model("tiny-Q4_K_M.gguf", 2, LlamaFileType.MOSTLY_Q4_K_M, GGMLQuantizationType.Q4_K)
language_model("tiny-Q8_0.gguf", 2, LlamaFileType.MOSTLY_Q8_0, GGMLQuantizationType.Q8_0)
language_model("tiny-draft-Q8_0.gguf", 1, LlamaFileType.MOSTLY_Q8_0, GGMLQuantizationType.Q8_0)
language_model("split-Q8_0.gguf", 2, LlamaFileType.MOSTLY_Q8_0, GGMLQuantizationType.Q8_0, split_max_tensors=2)
projector()
adapter()
importance_matrix()
