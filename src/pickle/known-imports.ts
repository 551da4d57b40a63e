/** What pickles of models import: what is known to do no harm, and what is known to run whatever it is given. */

/** `module: names`; of a module in this list nothing else is known to be harmless. */
const HARMLESS: Readonly<Record<string, string>> = {
  collections: 'OrderedDict defaultdict Counter deque',
  builtins: `set frozenset list dict tuple int float bool str bytes bytearray complex slice range object`,
  __builtin__:
    'set frozenset list dict tuple int long float bool str unicode bytes bytearray complex slice xrange object',
  copyreg: '_reconstructor __newobj__ __newobj_ex__',
  copy_reg: '_reconstructor __newobj__ __newobj_ex__',
  _codecs: 'encode',
  datetime: 'datetime date time timedelta timezone',
  decimal: 'Decimal',
  fractions: 'Fraction',
  uuid: 'UUID',
  pathlib: 'Path PurePath PosixPath PurePosixPath WindowsPath PureWindowsPath',
  argparse: 'Namespace',
  numpy:
    'ndarray dtype bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128 str_ bytes_ datetime64 timedelta64',
  'numpy.core.multiarray': '_reconstruct scalar',
  'numpy._core.multiarray': '_reconstruct scalar',
  'numpy.core.numeric': '_frombuffer',
  'numpy._core.numeric': '_frombuffer',
  'numpy.random._pickle': '__randomstate_ctor __generator_ctor __bit_generator_ctor',
  torch:
    'Tensor Size device dtype Generator ' +
    'float float16 float32 float64 half double bfloat16 int int8 int16 int32 int64 short long uint8 bool complex64 complex128 ' +
    'float8_e4m3fn float8_e5m2 qint8 quint8 qint32 per_tensor_affine per_channel_affine strided sparse_coo ' +
    'FloatStorage HalfStorage DoubleStorage BFloat16Storage IntStorage LongStorage ShortStorage CharStorage ByteStorage ' +
    'BoolStorage ComplexFloatStorage ComplexDoubleStorage QInt8Storage QUInt8Storage QInt32Storage',
  'torch._tensor': '_rebuild_from_type_v2',
  'torch._utils':
    '_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state ' +
    '_rebuild_sparse_tensor _rebuild_qtensor _rebuild_meta_tensor_no_storage _rebuild_device_tensor_from_numpy ' +
    '_rebuild_device_tensor_from_cpu_tensor _rebuild_nested_tensor',
  'torch.nn.parameter': 'Parameter Buffer',
  'torch.serialization': '_get_layout',
  'torch.jit._pickle':
    'build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id restore_type_tag',
  'torch.storage': 'TypedStorage UntypedStorage _TypedStorage _UntypedStorage',
};

const harmless = new Set(
  Object.entries(HARMLESS).flatMap(([module, names]) => names.split(' ').map((name) => `${module}.${name}`)),
);

/** Modules, with what is below them, and single names that run programs or code, or reach the disk or the network. */
const DANGEROUS = new Set(
  `os posix nt subprocess _posixsubprocess pty sys socket ssl shutil io _io fileinput linecache mmap
  runpy importlib imp pkgutil zipimport zipapp pip ensurepip venv code codeop pdb bdb cProfile profile timeit trace doctest
  unittest test distutils setuptools site sitecustomize ctypes _ctypes cffi multiprocessing asyncio
  concurrent signal sched atexit inspect types marshal pickle _pickle cPickle shelve dbm sqlite3 dill cloudpickle
  joblib.load joblib.memory joblib.parallel joblib.numpy_pickle.load
  webbrowser antigravity idlelib lib2to3 pydoc http httplib urllib urllib2 urllib3 requests aiohttp httpx ftplib
  smtplib poplib imaplib nntplib telnetlib xmlrpc socketserver wsgiref cgi paramiko logging.config platform commands popen2
  builtins __builtin__ operator _operator functools.reduce _functools.reduce
  numpy.testing numpy.f2py numpy.distutils numpy.load numpy.save numpy.fromfile numpy.memmap numpy.core.records.fromfile
  numpy.lib.npyio numpy.lib.format
  torch.load torch.save torch.hub torch.jit torch.utils torch.distributed torch.multiprocessing torch.compile
  torch._inductor torch._dynamo torch.fx torch.package torch.serialization torch.storage torch.testing torch.ops`
    .trim()
    .split(/\s+/),
);

export type Judgement = 'harmless' | 'unknown' | 'dangerous';

/** @param name `module.name`; undefined where only running the pickle would tell. */
export function judgeImport(name: string | undefined): Judgement {
  if (name === undefined) return 'dangerous';
  // TorchScript's own classes, which Python cannot import.
  if (harmless.has(name) || name.startsWith('__torch__.')) return 'harmless';
  const parts = name.split('.');
  const within = parts.some((_part, at) => DANGEROUS.has(parts.slice(0, at + 1).join('.')));
  return within ? 'dangerous' : 'unknown';
}
