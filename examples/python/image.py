"""Blur a picture of NumPy without copying it, and compare the result with that of NumPy alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import beskid


def blurred_by_numpy(picture: np.ndarray) -> np.ndarray:
    padded = np.pad(picture.astype("f8"), 1, mode="edge")
    height, width = picture.shape
    parts = [padded[down : down + height, right : right + width] for down in range(3) for right in range(3)]
    return (sum(parts) / 9.0).astype("f4")


def main() -> None:
    kernel = beskid.load(Path(__file__).with_suffix(".bd"))
    picture = np.random.default_rng(1).random((240, 320), dtype="f4")
    blurred = np.empty_like(picture)
    # `ravel` of a contiguous array is a view.
    kernel.Blur(picture.ravel(), blurred.ravel(), picture.shape[1])
    print(np.allclose(blurred, blurred_by_numpy(picture)))


if __name__ == "__main__":
    main()
