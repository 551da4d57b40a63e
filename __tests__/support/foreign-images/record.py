"""Records images of one small model as other tools make them: `record.py HOST:PORT`, a registry of plain http.

On the PATH: `kit` (go build github.com/kitops-ml/kitops@v1.15.0), `modctl` (github.com/modelpack/modctl@v0.2.2, with
`-tags disable_libgit2`), `crane` (github.com/google/go-containerregistry/cmd/crane@v0.22.1) and `estargz-writer`, which
is beside this file.
"""

import base64, gzip, hashlib, io, json, os, struct, subprocess, sys, tarfile, tempfile, urllib.request

HOST = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def safetensors():
    header = json.dumps(
        {
            "__metadata__": {"format": "pt"},
            "a.weight": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]},
            "b.bias": {"dtype": "BF16", "shape": [5], "data_offsets": [48, 58]},
        }
    ).encode()
    return struct.pack("<Q", len(header)) + header + bytes(range(58))


FILES = {
    "README.md": b"---\nlicense: mit\n---\n\n# A model\n",
    "config.json": b'{"model_type":"bert"}\n',
    "model.safetensors": safetensors(),
}


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE).stdout


def get(path, accept=MANIFEST):
    return urllib.request.urlopen(
        urllib.request.Request(f"http://{HOST}/v2/{path}", headers={"Accept": accept})
    ).read()


def put_blob(name, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    start = urllib.request.urlopen(
        urllib.request.Request(f"http://{HOST}/v2/{name}/blobs/uploads/", data=b"", method="POST")
    ).headers["Location"]
    place = start if start.startswith("http") else f"http://{HOST}{start}"
    place += ("&" if "?" in place else "?") + "digest=" + digest
    urllib.request.urlopen(
        urllib.request.Request(
            place, data=data, method="PUT", headers={"Content-Type": "application/octet-stream"}
        )
    )
    return {"digest": digest, "size": len(data)}


def record(tool, name, tag="latest"):
    manifest = get(f"{name}/manifests/{tag}")
    document = json.loads(manifest)
    blobs = [get(f"{name}/blobs/{b['digest']}", "*/*") for b in [document["config"], *document["layers"]]]
    with open(f"{HERE}/{tool}.json", "w") as out:
        json.dump(
            {
                "mediaType": document["mediaType"],
                "manifest": base64.b64encode(manifest).decode(),
                "blobs": [base64.b64encode(blob).decode() for blob in blobs],
            },
            out,
            indent=1,
        )
        out.write("\n")


def kit(folder):
    with open(f"{folder}/Kitfile", "w") as out:
        out.write(
            "manifestVersion: 1.0.0\n"
            "package: {name: tiny, version: 1.0.0, license: MIT}\n"
            "model: {name: tiny, path: model.safetensors, parts: [{path: config.json}]}\n"
            "docs: [{path: README.md}]\n"
        )
    packings = {
        "kit": [],
        "kit-zstd": ["--compression", "zstd"],
        "kit-model-pack": ["--use-model-pack", "--compression", "gzip"],
    }
    for tool, options in packings.items():
        name = f"{HOST}/recorded/{tool}:latest"
        run("kit", "--config", f"{folder}/.kit", "pack", ".", *options, "-t", name, cwd=folder)
        run("kit", "--config", f"{folder}/.kit", "push", name, "--plain-http")
        record(tool, f"recorded/{tool}")


def modctl(folder):
    with open(f"{folder}/Modelfile", "w") as out:
        out.write("NAME tiny\nCONFIG config.json\nMODEL model.safetensors\nDOC README.md\n")
    for tool, options in (("modctl", []), ("modctl-tar", ["--raw=false"])):
        name = f"{HOST}/recorded/{tool}:latest"
        store = ["--storage-dir", f"{folder}/.modctl"]
        run("modctl", *store, "build", *options, "-t", name, "-f", "Modelfile", ".", cwd=folder)
        run("modctl", *store, "push", "--plain-http", name)
        record(tool, f"recorded/{tool}")


def tar():
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as out:
        for path, content in FILES.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return archive.getvalue()


def crane(folder):
    with open(f"{folder}/layer.tar", "wb") as out:
        out.write(tar())
    name = f"{HOST}/recorded/crane:latest"
    run("crane", "append", "--insecure", "--new_layer", f"{folder}/layer.tar", "--new_tag", name)
    record("crane", "recorded/crane")


def containerd(folder):
    run_out = run("estargz-writer", f"{folder}/layer.tar", f"{folder}/layer.tar.gz", "100")
    told = json.loads(run_out)
    name = "recorded/containerd"
    layer = open(f"{folder}/layer.tar.gz", "rb").read()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [told["diffID"]]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            **put_blob(name, json.dumps(config).encode()),
        },
        "layers": [
            {
                "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                **put_blob(name, layer),
                "annotations": {"containerd.io/snapshot/stargz/toc.digest": told["tocDigest"]},
            }
        ],
    }
    urllib.request.urlopen(
        urllib.request.Request(
            f"http://{HOST}/v2/{name}/manifests/latest",
            data=json.dumps(manifest).encode(),
            method="PUT",
            headers={"Content-Type": MANIFEST},
        )
    )
    record("containerd", name)


with tempfile.TemporaryDirectory() as folder:
    for path, content in FILES.items():
        with open(f"{folder}/{path}", "wb") as out:
            out.write(content)
    crane(folder)
    containerd(folder)
    os.remove(f"{folder}/layer.tar")
    os.remove(f"{folder}/layer.tar.gz")
    kit(folder)
    modctl(folder)
