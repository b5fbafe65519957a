"""Weights and biases as bytes, and the names of their places."""

from __future__ import annotations

import io
import struct
import sys

import numpy as np
import pytest

from nnapp.engine.network import Network
from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage import network_payload
from nnapp.storage.network_payload import (
    count_parameters,
    encode_parameters,
    first_not_finite,
    pieces_of,
    place_of,
    read_exactly,
    read_parameters,
)

LAYER_SIZES = (3, 2, 1)  # (3 + 1) · 2 + (2 + 1) · 1 = 11 parameters


def test_parameters_are_counted_without_overflow() -> None:
    assert count_parameters((784, 128, 64, 10)) == 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10
    assert count_parameters([65535] * 255) == 254 * 65535 * 65536


@pytest.mark.parametrize(
    ("index", "place"),
    [
        (0, "Weight 0 of neuron 0 in layer 1"),
        (2, "Weight 2 of neuron 0 in layer 1"),
        (3, "Weight 0 of neuron 1 in layer 1"),
        (6, "The bias of neuron 0 in layer 1"),
        (7, "The bias of neuron 1 in layer 1"),
        (8, "Weight 0 of neuron 0 in layer 2"),
        (9, "Weight 1 of neuron 0 in layer 2"),
        (10, "The bias of neuron 0 in layer 2"),
    ],
)
def test_places_have_names(index: int, place: str) -> None:
    assert place_of(index, LAYER_SIZES) == place


def test_there_is_no_place_after_the_last() -> None:
    with pytest.raises(IndexError):
        place_of(11, LAYER_SIZES)


def test_first_not_finite() -> None:
    assert first_not_finite(np.array([1.0, -3e38], np.float32)) is None
    assert first_not_finite(np.array([1.0, -np.inf, np.nan], np.float32)) == 1


def test_encoding_is_little_endian_and_a_copy() -> None:
    network = Network.from_activations((1, 1), ["linear"])
    network.parameters[:] = [1.5, -2.0]

    encoded = encode_parameters(network)
    network.parameters[:] = 0

    assert bytes(encoded) == struct.pack("<2f", 1.5, -2.0)


def test_doubles_are_rounded_to_the_nearest_float() -> None:
    network = Network.from_activations((1, 1), ["linear"], dtype=np.float64)
    network.parameters[:] = [0.1, 1 / 3]

    # struct rounds to the nearest float as well.
    assert bytes(encode_parameters(network)) == struct.pack("<2f", 0.1, 1 / 3)


@pytest.mark.parametrize(("value", "shown"), [(np.nan, "nan"), (-np.inf, "-inf"), (1e39, "1e+39"), (3.5e38, "3.5e+38")])
def test_what_32_bits_cannot_hold_is_not_saved(value: float, shown: str) -> None:
    """The largest float is (2 − 2⁻²³) · 2¹²⁷ ≈ 3.40 · 10³⁸."""
    network = Network.from_activations(LAYER_SIZES, ["relu", "linear"], dtype=np.float64)
    network.parameters[7] = value

    with pytest.raises(NetworkError) as caught:
        encode_parameters(network)
    assert str(caught.value) == (
        f"The bias of neuron 1 in layer 1 must be a finite number of 32 bits to be saved; got {shown}."
    )


def test_parameters_are_read_from_their_offset() -> None:
    parameters = np.zeros(2, np.float32)
    read_parameters(io.BytesIO(b"abc" + struct.pack("<3f", 1.5, -2.0, 9.0)), "a.nn", 3, parameters, (1, 1))
    assert parameters.tolist() == [1.5, -2.0]


def test_a_big_endian_machine_swaps_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes in the other order than this machine's become its own order when it is told to swap."""
    monkeypatch.setattr(sys, "byteorder", "big")
    other_order = "<f4" if np.dtype(">f4").isnative else ">f4"
    parameters = np.zeros(2, np.float32)

    read_parameters(io.BytesIO(np.array([1.5, -2.0], other_order).tobytes()), "a.nn", 0, parameters, (1, 1))

    assert parameters.tolist() == [1.5, -2.0]


def test_numbers_that_are_not_finite_are_refused_with_their_place() -> None:
    values = [0.0] * 11
    values[3] = float("-inf")

    with pytest.raises(FileFormatError) as caught:
        read_parameters(
            io.BytesIO(b"1234567" + struct.pack("<11f", *values)), "a.nn", 7, np.zeros(11, np.float32), LAYER_SIZES
        )
    # 7 + 3 · 4 = 19
    assert str(caught.value) == (
        "Weight 0 of neuron 1 in layer 1 of a.nn must be a finite number; got -inf at offset 19."
    )


def test_pieces_join_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_payload, "_PIECE_BYTES", 4)
    stream = io.BytesIO(b"0123456789abc")
    assert list(pieces_of(stream, "a.nn", 1, 10)) == [b"1234", b"5678", b"9a"]
    assert read_exactly(stream, "a.nn", 1, 10) == b"123456789a"
    assert read_exactly(stream, "a.nn", 13, 0) == b""


def test_a_file_that_shrinks_while_it_is_read_is_refused() -> None:
    with pytest.raises(FileFormatError) as caught:
        read_exactly(io.BytesIO(b"0123456789"), "a.nn", 4, 8)
    # Bytes 4 … 11 were asked for; 10 and 11 are missing.
    assert str(caught.value) == "a.nn must keep its length while it is read; got its end 2 bytes before offset 12."
