#!/usr/bin/env bash
# pydicom: apply_rescale returns the stored numbers of enhanced (multi-frame) CT, MR and PET files as they are.
# Enhanced files keep slope and intercept in functional groups, one for all frames or one for each. pydicom.pixels.apply_rescale (and
# apply_modality_lut, the same function) looks at the top of the dataset only; where it finds nothing there it returns the array, with its integer dtype and
# without a warning. So the same line of code gives Hounsfield units for a classic file, and stored numbers for an enhanced one; and frames of PET that
# differ in slope are no longer comparable. The attribute PixelData and all else can be read, so nothing else fails (issue 2353, open).
# Expected: the slope and the intercept of each frame are applied, or an error says that they are not.
# Remedy: read PixelValueTransformationSequence of each frame, else that of all frames, and apply it frame by frame.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pydicom==3.0.2

cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
import io

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import apply_rescale
from pydicom.uid import EnhancedCTImageStorage, ExplicitVRLittleEndian

print("pydicom", pydicom.__version__, "numpy", np.__version__)
stored = np.full((2, 4, 5), 1000, np.uint16)


def item(**elements):
    dataset = Dataset()
    for name, value in elements.items():
        setattr(dataset, name, value)
    return dataset


def scaling(slope, intercept):
    return item(RescaleSlope=slope, RescaleIntercept=intercept, RescaleType="HU")


def read_back(frames, **elements):
    dataset = item(
        SOPClassUID=EnhancedCTImageStorage, SOPInstanceUID="1.2.3", Modality="CT", NumberOfFrames=frames, Rows=4, Columns=5,
        SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2", BitsAllocated=16, BitsStored=12, HighBit=11,
        PixelRepresentation=0, PixelData=stored[:frames].tobytes(), **elements,
    )
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    buffer.seek(0)
    return pydicom.dcmread(buffer)


def frame_values(dataset):
    array = apply_rescale(dataset.pixel_array, dataset).reshape(-1, 4, 5)
    return [float(frame[0, 0]) for frame in array], array.dtype.name


top = {"RescaleSlope": 1, "RescaleIntercept": -1024}
classic = read_back(1, **top)
shared = read_back(2, SharedFunctionalGroupsSequence=[item(PixelValueTransformationSequence=[scaling(1, -1024)])])
groups = [item(PixelValueTransformationSequence=[scaling(slope, -1024)]) for slope in (1, 2)]
each = read_back(2, PerFrameFunctionalGroupsSequence=groups)
for name, dataset, expected in (
    ("at the top", classic, [-24.0]),
    ("for all frames", shared, [1000.0, 1000.0]),
    ("for each frame", each, [1000.0, 1000.0]),
):
    found, dtype = frame_values(dataset)
    print(f"1000 stored, slope and intercept {name}: {found} as {dtype}")
    assert found == expected and dtype == ("float64" if name == "at the top" else "uint16"), "the behaviour has changed"

right = [
    float(apply_rescale(frame, group.PixelValueTransformationSequence[0])[0, 0])
    for frame, group in zip(each.pixel_array, each.PerFrameFunctionalGroupsSequence, strict=True)
]
print("by hand, frame by frame:", right)
assert right == [-24.0, 976.0], "the remedy has changed"
PYTHON
