"""Networks in NumPy's files, and archives that lie."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.errors import FileFormatError, NetworkError, NnappError
from nnapp.storage.exchange.completion import Answers, complete
from nnapp.storage.exchange.npz_networks import read_npy_network_from, read_npz_network_from

from .conftest import Layers


def saved(save: Any = np.savez, **arrays: Any) -> bytes:
    stream = io.BytesIO()
    save(stream, **arrays)
    return stream.getvalue()


def read(content: bytes, orientation: Any = None) -> Any:
    return read_npz_network_from(io.BytesIO(content), "a.npz", orientation)


def check(found: Any, layers: Layers, rtol: float = 0) -> None:
    expected = (layers.w1, layers.w2, layers.b1, layers.b2)
    for actual, wanted in zip((*found.weights, *found.biases), expected, strict=True):
        assert actual.dtype == np.float32
        np.testing.assert_allclose(actual, wanted, rtol=rtol)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f8", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_kind_of_array(layers: Layers, save: Any, dtype: str, order: Any) -> None:
    w1, b1, w2, b2 = (np.array(values, dtype, order=order) for values in (layers.w1, layers.b1, layers.w2, layers.b2))
    check(read(saved(save, W1=w1, b1=b1, W2=w2, b2=b2)), layers, rtol=1e-3 if dtype == "<f2" else 0)


def test_arrays_without_names(layers: Layers) -> None:
    stream = io.BytesIO()
    np.savez(stream, layers.w1.T, layers.b1, layers.w2.T, layers.b2)
    check(read(stream.getvalue()), layers)


def test_words_beside_the_arrays(layers: Layers) -> None:
    found = read(
        saved(
            W1=layers.w1, b1=layers.b1, W2=layers.w2, b2=layers.b2, activation="relu",
            output_activation=np.array(b"softmax"), class_names=np.array(["null", "eins", "zwei"]),
            input_shape=np.array([3, 4]), input_scale=np.array(255.0), epoch=np.array(3),
        )
    )  # fmt: skip
    assert found.activations == ("relu", "softmax")
    assert found.class_names == ("null", "eins", "zwei")
    assert found.input_shape == (3, 4)
    assert found.input_scaling.name == "unit"


def test_equal_layers_that_numpy_has_stacked() -> None:
    stack = np.arange(18.0).reshape(2, 3, 3)
    found = read(saved(weights=stack, biases=np.zeros((2, 3, 1))), "outputs-inputs")
    np.testing.assert_array_equal(found.weights[1], stack[1])
    assert found.layer_sizes == (3, 3, 3)


def test_single_matrix_in_a_npy_file(layers: Layers) -> None:
    stream = io.BytesIO()
    np.save(stream, layers.w1)
    found = read_npy_network_from(stream, "a.npy", "outputs-inputs")
    np.testing.assert_array_equal(found.weights[0], layers.w1)
    assert "no biases" in found.notes[0]


def test_answers_of_scikit_learn(layers: Layers) -> None:
    neural_network = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(60, 12)), np.arange(60) % 3
    model = neural_network.MLPClassifier((7, 6), activation="tanh", random_state=1)
    model.partial_fit(images, labels, classes=[0, 1, 2])
    named = {f"coefs_{n}": array for n, array in enumerate(model.coefs_)}
    named |= {f"intercepts_{n}": array for n, array in enumerate(model.intercepts_)}
    found = read(saved(**named, activation=model.activation, out_activation_=model.out_activation_))
    assert found.activations == ("tanh", "tanh", "softmax")
    network = complete(found, Answers(input_scaling="unit")).network
    np.testing.assert_allclose(network.forward(images), model.predict_proba(images), atol=1e-5)


@pytest.mark.parametrize("value", [5, None, "text", np.array(2.5), np.array([])])
def test_a_npy_file_of_something_else(value: Any) -> None:
    stream = io.BytesIO()
    np.save(stream, np.array(value, object))
    with pytest.raises(NetworkError, match=r"a\.npy"):
        read_npy_network_from(stream, "a.npy")


@pytest.mark.parametrize("pickled", [b"K\x05.", b"N.", b"G" + bytes(8) + b".", b"X\x01\x00\x00\x00a.", b"K\x01\x85."])
def test_a_npy_file_whose_pickle_is_no_array(pickled: bytes) -> None:
    header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    with pytest.raises(NetworkError, match=r"a\.npy"):
        read_npy_network_from(io.BytesIO(npy(header, pickled)), "a.npy")


def npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


def zipped(name: str, content: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def refused_without_memory(content: bytes, message: str) -> None:
    """Check that a file is refused without memory taken for what it claims."""
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match=message):
            read(content)
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()


def test_ten_gigabyte_claim() -> None:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (50000, 50000), }"
    refused_without_memory(zipped("W1.npy", npy(header)), "must hold 10,000,000,000 bytes")
    refused_without_memory(zipped("W1.npy", npy(header.replace("50000,", "9" * 18 + ","))), "bytes of values")


def test_zip_bombs() -> None:
    # What shrinks a thousandfold: 64 MB of zeros in 64 kB, refused by what the directory says.
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4000, 4000), }"
    bomb = zipped("W1.npy", npy(header, bytes(64_000_000)), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    refused_without_memory(bomb, "at most")
    # A directory that says less than there is does not help: no more than that is unpacked.
    small = zipped("W1.npy", npy(header.replace("4000", "2"), bytes(16)), zipfile.ZIP_DEFLATED)
    lying = bytearray(bomb)
    place = lying.rindex(b"PK\x01\x02") + 24  # size before compression, in the directory
    lying[place : place + 4] = (200).to_bytes(4, "little")
    refused_without_memory(bytes(lying), "must")
    with pytest.raises(NnappError):
        read(small[:-30])


def test_compressed_zeros_are_no_bomb() -> None:
    found = read(saved(np.savez_compressed, W1=np.zeros((100, 784)), b1=np.zeros(100)))
    assert found.layer_sizes == (784, 100)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}; import os",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2), }",
        "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 2), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0, 2), }",
        "{'descr': '<V4', 'fortran_order': False, 'shape': (2, 2), }",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (2, 2), }",
        f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({'1,' * 40}), }}",
        "__import__('os').system('true')",
        "",
    ],
)
def test_headers_are_text_and_not_source(header: str) -> None:
    with pytest.raises(FileFormatError, match=r"header of Array 'W1' in a\.npz"):
        read(zipped("W1.npy", npy(header, bytes(16))))


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
        "{'shape': (1, 2), 'fortran_order': False, 'descr': '<f4'}   ",
        '{"descr": "<f4", "fortran_order": False, "shape": (1L, 2L)}',  # Python 2, and other writers
    ],
)
def test_headers_of_other_writers(header: str) -> None:
    found = read(zipped("W1.npy", npy(header, np.array([1, 2], "<f4").tobytes())), "outputs-inputs")
    np.testing.assert_array_equal(found.weights[0], [[1, 2]])


@pytest.mark.parametrize("version", [2, 3])
def test_later_versions_of_the_header(version: int) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ones((1, 2)), version=(version, 0))
    assert read(zipped("W1.npy", stream.getvalue()), "outputs-inputs").layer_sizes == (2, 1)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", zipped("W1.txt", b"no array"), zipped("W1.npy", b"\x93NUMPY\x09\x00"), zipped("W1.npy", b"")],
)
def test_what_is_no_archive_of_arrays(content: bytes) -> None:
    with pytest.raises(FileFormatError, match=r"a\.npz"):
        read(content)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_take_memory_for_a_dictionary(method: int) -> None:
    with pytest.raises(FileFormatError, match="stored or deflated"):
        read(zipped("W1.npy", npy("{}"), method))


def test_shape_and_length_must_agree() -> None:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    for n_bytes in (15, 17, 0):
        with pytest.raises(FileFormatError, match="must hold 16 bytes"):
            read(zipped("W1.npy", npy(header, bytes(n_bytes))))


def test_several_networks_in_one_archive_are_refused(layers: Layers) -> None:
    with pytest.raises(NetworkError):
        read(saved(**{"a/W1": layers.w1, "a/b1": layers.b1, "b/W1": layers.w1, "b/b1": layers.b1}))


@given(st.data())
def test_damage_is_one_sentence(layers: Layers, data: st.DataObject) -> None:
    content = bytearray(saved(W1=layers.w1, b1=layers.b1, W2=layers.w2, b2=layers.b2))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    message = "a.npz"
    try:
        read(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except NnappError as error:
        message = str(error)
    assert "a.npz" in message


def test_a_npy_file_that_really_is_of_ten_gigabytes(tmp_path: Path) -> None:
    """Holes take no place on the disk, and must not in memory."""
    head = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (50000, 50000), }")
    with open(tmp_path / "a.npy", "wb") as stream:
        stream.write(head)
        stream.truncate(len(head) + 10**10)
    tracemalloc.start()
    with open(tmp_path / "a.npy", "rb") as stream, pytest.raises(FileFormatError, match="at most 4,000,000,000 bytes"):
        read_npy_network_from(stream, "a.npy")
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


def test_biases_that_numpy_has_stacked(layers: Layers) -> None:
    """Those of a hidden layer and of outputs that are equally many, beside weights that are not."""
    weights = np.empty(2, object)
    weights[:] = [layers.w1, np.eye(5)]
    found = read(saved(weights=weights, biases=[layers.b1, -layers.b1]))
    assert found.layer_sizes == (12, 5, 5)
    np.testing.assert_array_equal(found.biases[1], -layers.b1)


def test_state_of_a_run_is_no_network() -> None:
    content = saved(description=np.zeros(3, np.uint8), parameters=np.zeros(4, np.float32))
    with pytest.raises(FileFormatError, match=r"state of a run that belongs to b/a\.nn; open that\."):
        read_npz_network_from(io.BytesIO(content), "b/a.run.npz")
    with pytest.raises(FileFormatError, match=r"state of a run that belongs to a \.nn file; open that\."):
        read_npz_network_from(io.BytesIO(content), "b/a.npz")
