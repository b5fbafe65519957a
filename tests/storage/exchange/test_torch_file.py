"""Files of PyTorch: as PyTorch writes them where it is installed, and built by hand everywhere."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.torch_archive import Call, Storage, Writer, archive_of, legacy_of, tensor

from nnapp.errors import FileFormatError, MissingAnswerError, NetworkError, NnappError
from nnapp.storage.exchange.completion import Answers, complete
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.readers import open_network, read_any_network_from
from nnapp.storage.exchange.torch_file import read_legacy_torch_from, read_torch_archive_from

from .conftest import Layers

LEGACY = {"_use_new_zipfile_serialization": False}


def state_of(layers: Layers) -> dict[str, Any]:
    named = {"0.weight": layers.w1, "0.bias": layers.b1, "2.weight": layers.w2, "2.bias": layers.b2}
    return {name: tensor(str(key), values) for key, (name, values) in enumerate(named.items())}


def read(stream: io.BytesIO) -> ForeignNetwork:
    found = read_any_network_from(stream, "model.pth")
    assert isinstance(found, ForeignNetwork)
    return found


def test_a_state_of_linear_layers(layers: Layers) -> None:
    foreign = read(archive_of(state_of(layers)))
    assert foreign.layer_sizes == (12, 5, 3)
    expected_arrays = (layers.w1, layers.w2, layers.b1, layers.b2)
    for found, expected in zip((*foreign.weights, *foreign.biases), expected_arrays, strict=True):
        np.testing.assert_array_equal(found, expected)
    assert foreign.activations == (None, None)


def test_rows_belong_to_neurons_even_where_layers_are_square() -> None:
    square = np.arange(16, dtype=np.float32).reshape(4, 4)
    foreign = read(archive_of({"0.weight": tensor("0", square), "2.weight": tensor("1", square + 1)}))
    np.testing.assert_array_equal(foreign.weights[0], square)


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model"])
def test_a_checkpoint(key: str, layers: Layers) -> None:
    moments = {0: {"exp_avg": tensor("9", layers.w1), "step": 3}}
    checkpoint = {"epoch": 3, key: state_of(layers), "optimizer": {"state": moments, "param_groups": [{"lr": 0.1}]}}
    assert read(archive_of(checkpoint)).layer_sizes == (12, 5, 3)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod.", "net.", "model.layers."])
def test_names_in_a_module(prefix: str, layers: Layers) -> None:
    state = OrderedDict((prefix + name, value) for name, value in state_of(layers).items())
    np.testing.assert_array_equal(read(archive_of(state)).weights[1], layers.w2)


def test_views_are_followed(layers: Layers) -> None:
    """A transposed matrix, and all parameters in one storage."""
    columns = np.ascontiguousarray(layers.w1.T)  # 12 × 5 in memory
    state = state_of(layers)
    state["0.weight"] = tensor("t", columns, shape=(5, 12), strides=(1, 5))
    row = np.concatenate([np.zeros(7, np.float32), layers.b1])
    state["0.bias"] = Call("torch._utils._rebuild_tensor_v2", Storage("r", row), 7, (5,), (1,), False, OrderedDict())
    foreign = read(archive_of(state))
    np.testing.assert_array_equal(foreign.weights[0], layers.w1)
    np.testing.assert_array_equal(foreign.biases[0], layers.b1)


def test_the_stride_of_a_single_row_means_nothing(layers: Layers) -> None:
    state = {"weight": tensor("0", layers.w1[:1], strides=(2**100, 1))}
    np.testing.assert_array_equal(read(archive_of(state)).weights[0], layers.w1[:1])


def test_one_tensor_under_many_names_is_not_worked_on_again_and_again() -> None:
    one = tensor("0", np.zeros((100, 100), np.float32))
    with pytest.raises(FileFormatError, match=r"model\.pth must hold at most [\d,]+ values, by its length"):
        read(archive_of({f"{number}.weight": one for number in range(100)}))


def test_numbers_of_16_and_64_bits_and_big_endian(layers: Layers) -> None:
    state = state_of(layers)
    state["0.weight"] = tensor("a", layers.w1.astype(np.float64))
    state["2.weight"] = tensor("b", layers.w2.astype(np.float16))
    foreign = read(archive_of(state))
    np.testing.assert_array_equal(foreign.weights[0], layers.w1)
    np.testing.assert_array_equal(foreign.weights[1], layers.w2.astype(np.float16).astype(np.float32))
    swapped = Layers(*(getattr(layers, name).astype(">f4") for name in ("w1", "b1", "w2", "b2")))
    foreign = read(archive_of(state_of(swapped), more={"byteorder": b"big"}))
    np.testing.assert_array_equal(foreign.weights[0], layers.w1)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("os.system", ""), ("torch.nn.modules.linear.Linear", r"\(save model\.state_dict\(\)"), ("builtins.eval", "")],
)
def test_nothing_is_run(name: str, hint: str, layers: Layers) -> None:
    with pytest.raises(
        FileFormatError, match=f"model.pth asks to run {name}, which is refused; nothing was run.*{hint}"
    ):
        read(archive_of({**state_of(layers), "x": Call(name, "touch /tmp/x")}))


def test_a_program_is_no_state(layers: Layers) -> None:
    with pytest.raises(NetworkError, match="got a TorchScript program"):
        read(archive_of(state_of(layers), more={"constants.pkl": b"", "code/a.py": b""}))


@pytest.mark.parametrize("name", ["conv.weight", "0.running_mean", "norm.weight"])
def test_other_layers_are_named(name: str, layers: Layers) -> None:
    other = np.zeros((4, 1, 3, 3) if "conv" in name else 5, np.float32)
    with pytest.raises(NetworkError, match=name):
        read(archive_of({**state_of(layers), name: tensor("c", other)}))


def test_a_layer_of_another_kind_is_told_by_its_parameter(layers: Layers) -> None:
    """A normalisation has one weight for each neuron."""
    state = {**state_of(layers), "1.weight": tensor("c", layers.b1), "1.bias": tensor("d", layers.b1)}
    with pytest.raises(NetworkError, match=r"linear layers; got 1\.weight \(5\), which is of a layer of another kind"):
        read(archive_of(state))


def test_an_archive_without_a_pickle() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("model/version", "3")
    with pytest.raises(FileFormatError, match=r"model\.pth must hold a data\.pkl, as torch\.save writes it; got none"):
        read(stream)


@pytest.mark.parametrize("state", [[], "text", 5, {}, {"epoch": 3}])
def test_what_is_no_state_is_refused(state: Any) -> None:
    with pytest.raises(NetworkError, match=r"model\.pth"):
        read(archive_of(state))


@pytest.mark.parametrize(
    "broken",
    [
        {"shape": (10**9, 10), "strides": (0, 0)},  # 40 GB of one number
        {"shape": (6, 12), "strides": (12, 1)},  # beyond the end
        {"shape": (5, 12), "strides": (-12, 1)},
        {"shape": (5, 12), "strides": (1,)},
        {"shape": (2**40, 2**40), "strides": (2**40, 1)},
        {"shape": (0, 2**62, 2**62), "strides": (1, 1, 1)},  # empty, and too large for NumPy all the same
        {"n_values": 10**9},  # 4 GB
        {"n_values": 10**30},
        {"n_values": -1},
    ],
)
def test_claims_are_compared_before_memory_is_taken(broken: dict[str, Any], layers: Layers) -> None:
    stream = archive_of({**state_of(layers), "0.weight": tensor("x", layers.w1, **broken)})
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match=r"model\.pth must hold a pickle of arrays only; got"):
            read(stream)
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_by_its_directory(layers: Layers) -> None:
    stream = archive_of(state_of(layers), method=zipfile.ZIP_DEFLATED, more={"data/9": bytes(10**7)})
    assert len(stream.getvalue()) < 20_000
    with pytest.raises(FileFormatError, match="must not be compressed"):
        read(stream)
    data = bytearray(archive_of(state_of(layers)).getvalue())
    entry = data.index(b"PK\x01\x02")
    data[entry + 20 : entry + 28] = (10 * 2**28).to_bytes(4, "little") * 2  # 2.7 GB in the directory
    with pytest.raises(FileFormatError, match=r"must have at most [\d,]+ bytes, its length; got 2,68"):
        read(io.BytesIO(bytes(data)))


def test_a_storage_that_is_missing_or_cut_short(layers: Layers) -> None:
    content = io.BytesIO()
    Writer(content).dump(state_of(layers))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("model/data.pkl", content.getvalue())
    with pytest.raises(FileFormatError, match="a storage of 60 values in 0 bytes"):
        read(stream)


@pytest.mark.parametrize("little_endian", [True, False])
def test_a_file_of_before_1_6(little_endian: bool, layers: Layers) -> None:
    order = "<f4" if little_endian else ">f4"
    stored = Layers(*(getattr(layers, name).astype(order) for name in ("w1", "b1", "w2", "b2")))
    foreign = read(legacy_of({"epoch": 1, "state_dict": state_of(stored)}, little_endian=little_endian))
    expected_arrays = (layers.w1, layers.w2, layers.b1, layers.b2)
    for found, expected in zip((*foreign.weights, *foreign.biases), expected_arrays, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_nothing_is_run_in_a_file_of_before_1_6(layers: Layers, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(FileFormatError, match=r"model\.pth asks to run os\.system, which is refused; nothing was run"):
        read(legacy_of({**state_of(layers), "x": Call("os.system", f"touch {mark}")}))
    assert not mark.exists()


@pytest.mark.parametrize("length", [10**9, 2**62, -1, 0, 59, 61])
def test_storages_of_a_file_of_before_1_6_are_as_long_as_their_tensors_say(length: int, layers: Layers) -> None:
    stream = legacy_of(state_of(layers), lengths={"0": length})
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match=r"Storage '0' in model\.pth must hold 60 values; got"):
            read(stream)
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_a_storage_of_a_file_of_before_1_6_that_claims_gigabytes(layers: Layers) -> None:
    state = {"weight": tensor("0", layers.w1, n_values=400_000_000)}
    with pytest.raises(
        FileFormatError, match=r"Storage '0' in model\.pth must hold 400,000,000 values; got 400,000,000 in"
    ):
        read(legacy_of(state, lengths={"0": 400_000_000}))


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=4))
def test_broken_files_of_before_1_6_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    broken = bytearray(legacy_of({"0.weight": tensor("0", values), "0.bias": tensor("1", values[0, :2])}).getvalue())
    for place, value in changes:
        broken[place % len(broken)] = value
    with suppress(NnappError):
        read_legacy_torch_from(io.BytesIO(bytes(broken)), "model.pth")


def archive_bytes() -> bytes:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    return archive_of({"0.weight": tensor("0", values), "0.bias": tensor("1", values[0, :2])}).getvalue()


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=4))
def test_broken_files_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    broken = bytearray(archive_bytes())
    for place, value in changes:
        broken[place % len(broken)] = value
    with suppress(NnappError):
        read_torch_archive_from(io.BytesIO(bytes(broken)), "model.pth")


# Where PyTorch is installed -------------------------------------------------------------------------


@pytest.fixture
def model(torch: Any) -> Any:
    torch.manual_seed(0)
    nn = torch.nn
    return nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Dropout(), nn.Linear(5, 3)).eval()


@pytest.mark.parametrize("options", [{}, LEGACY], ids=["archive", "legacy"])
def test_the_answers_are_those_of_pytorch(options: dict[str, Any], model: Any, torch: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    torch.save(model.state_dict(), path, **options)
    stored = open_network(path, Answers("relu", "softmax", "unit"))
    pixels = np.random.default_rng(0).integers(0, 256, (20, 12), np.uint8)
    with torch.no_grad():
        expected = torch.softmax(model(torch.from_numpy(pixels / np.float32(255))), 1).numpy()
    np.testing.assert_allclose(stored.network.forward(pixels), expected, atol=1e-6)


@pytest.mark.parametrize("options", [{}, LEGACY], ids=["archive", "legacy"])
@pytest.mark.parametrize("kind", ["float64", "float16", "bfloat16"])
def test_types_of_numbers(options: dict[str, Any], kind: str, model: Any, torch: Any) -> None:
    stream = io.BytesIO()
    torch.save(model.to(getattr(torch, kind)).state_dict(), stream, **options)
    foreign = read(stream)
    np.testing.assert_array_equal(foreign.weights[0], model[1].weight.detach().float().numpy())


@pytest.mark.parametrize("options", [{}, LEGACY], ids=["archive", "legacy"])
def test_whole_checkpoints(options: dict[str, Any], model: Any, torch: Any) -> None:
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(2, 12)).sum().backward()
    optimizer.step()
    stream = io.BytesIO()
    checkpoint = {"epoch": 1, "model_state_dict": model.state_dict(), "optimizer_state_dict": optimizer.state_dict()}
    torch.save(checkpoint, stream, **options)
    np.testing.assert_array_equal(read(stream).weights[1], model[4].weight.detach().numpy())


@pytest.mark.parametrize("options", [{}, LEGACY], ids=["archive", "legacy"])
def test_a_whole_model_is_refused_with_a_hint(options: dict[str, Any], model: Any, torch: Any) -> None:
    stream = io.BytesIO()
    torch.save(model, stream, **options)
    with pytest.raises(FileFormatError, match=r"asks to run torch\.nn\.\S+Sequential, .*model\.state_dict\(\)"):
        read(stream)


def test_parameters_that_share_a_storage(torch: Any) -> None:
    memory = torch.arange(40, dtype=torch.float32)
    state = {"0.weight": memory[:12].view(3, 4), "0.bias": memory[30:33], "2.weight": memory[12:18].view(3, 2).T}
    stream = io.BytesIO()
    torch.save(state, stream)
    foreign = read(stream)
    np.testing.assert_array_equal(foreign.biases[0], [30, 31, 32])
    np.testing.assert_array_equal(foreign.weights[1], np.arange(12.0, 18).reshape(3, 2).T)


def test_a_legacy_file_cut_short(model: Any, torch: Any) -> None:
    stream = io.BytesIO()
    torch.save(model.state_dict(), stream, **LEGACY)
    content = stream.getvalue()
    for end in (20, 100, len(content) // 2, len(content) - 1):
        with pytest.raises(FileFormatError, match=r"model\.pth"):
            read(io.BytesIO(content[:end]))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("options", [{}, LEGACY], ids=["archive", "legacy"])
def test_every_protocol(protocol: int, options: dict[str, Any], model: Any, torch: Any) -> None:
    stream = io.BytesIO()
    torch.save(model.state_dict(), stream, pickle_protocol=protocol, **options)
    np.testing.assert_array_equal(read(stream).weights[1], model[4].weight.detach().numpy())


@pytest.mark.parametrize("options", [{}, LEGACY], ids=["archive", "legacy"])
def test_parameters_as_they_are(options: dict[str, Any], model: Any, torch: Any) -> None:
    """`torch.nn.Parameter`s instead of tensors, and one that is a view by columns."""
    stream = io.BytesIO()
    weights = torch.nn.Parameter(model[4].weight.detach().T)
    torch.save({"0.weight": model[1].weight, "0.bias": model[1].bias, "1.weight": weights.T}, stream, **options)
    foreign = read(stream)
    np.testing.assert_array_equal(foreign.weights[0], model[1].weight.detach().numpy())
    np.testing.assert_array_equal(foreign.weights[1], model[4].weight.detach().numpy())


def test_activations_are_asked_for(model: Any, torch: Any) -> None:
    stream = io.BytesIO()
    torch.save(model.state_dict(), stream)
    with pytest.raises(MissingAnswerError) as caught:
        complete(read(stream), Answers(), "model.pth")
    assert set(caught.value.names) == {"activation", "output", "input_scaling"}
