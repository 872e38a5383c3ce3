import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.blind.white_noise import find_white_noise
from preimage.denoisers import DRUNet, NoiseRangeWarning
from preimage.errors import ArgumentError, ImageFileError, ShapeError, WeightsError
from preimage.explain.scene import Scene, Square
from preimage.explain.sparse_model import explain
from preimage.models.sparse import SC, CentralizedSC, GroupSC, Search
from preimage.physics import Demosaicing
from preimage.transform import extract_patches

CLASSES = [SC, GroupSC, CentralizedSC]


def random_model(cls=GroupSC, channels=1, **settings):
    settings = {} if cls is SC else {"search": Search(window=9, refresh=2), **settings}
    torch.manual_seed(0)
    model = cls(channels, 5, 12, 4, (0.1,), **settings).double().eval()
    with torch.no_grad():
        for parameter in (model.encoder, model.dictionary, model.output):
            parameter.add_(0.05 * torch.randn_like(parameter))
        model.thresholds.fill_(0.05)
    return model


def textured(channels=1, height=30, width=37):
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    wave = 0.5 + 0.25 * torch.sin(rows / 2.0) * torch.cos(columns / 3.0)
    noise = 0.05 * torch.randn(channels, height, width, generator=torch.Generator().manual_seed(1))
    return (wave + noise).clamp(0, 1)


@torch.no_grad()
def whole_coding(model, picture, level):
    """All patches of a picture with the border that the model adds, and the number of the one around (12, 15)."""
    y = torch.nn.functional.pad(picture[None].double(), (4,) * 4, mode="reflect")
    coding = model.code(y, level)
    return y, coding, (12 + 4 - 2) * coding.grid[1] + 15 + 4 - 2


@pytest.mark.parametrize("cls", CLASSES)
def test_the_patch_is_its_mean_plus_its_atoms(cls):
    model, picture = random_model(cls), textured()
    told = explain(picture, (12, 15), sigma=0.1, weights=model)
    _, coding, number = whole_coding(model, picture, 0.1)
    expected = model.output @ coding.codes[0, number] + coding.observed.means[0, number]
    sums = told.patch.partial_sums()
    torch.testing.assert_close(sums[-1].flatten(), expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(told.patch.estimate(), sums[-1], rtol=0, atol=1e-12)
    assert len(sums) == len(told.patch.used) + 1 == int((coding.codes[0, number] != 0).sum()) + 1
    assert 2 < len(sums) < 13
    assert float((sums[0] - told.patch.mean).abs().max()) == 0
    strength = told.patch.added.square().sum((1, 2, 3))
    assert bool((strength.diff() <= 0).all())
    torch.testing.assert_close(told.patch.measured, picture[:, 10:15, 13:18].double())


@pytest.mark.parametrize("cls", CLASSES)
def test_the_part_is_restored_as_by_the_model(cls):
    model, picture = random_model(cls), textured()
    told = explain(picture, sigma=0.1, weights=model)
    with torch.no_grad():
        expected = model(picture[None].double(), 0.1)[0]
    torch.testing.assert_close(told.denoised, expected, rtol=0, atol=1e-12)


def test_the_map_is_the_kernel_of_the_centred_patches():
    model, picture = random_model(search=Search(window=9, refresh=99)), textured()
    with torch.no_grad():
        model.scale.fill_(0.7)
    told = explain(picture, (12, 15), sigma=0.1, weights=model)
    patches = extract_patches(picture[None].double(), 5)[0]
    patches = (patches - patches.mean(1, keepdim=True)).reshape(26, 33, 25)
    expected = torch.zeros(30, 37, dtype=torch.float64)
    for row in range(12 - 4, 12 + 5):
        for column in range(15 - 4, 15 + 5):
            difference = 0.7 * (patches[row - 2, column - 2] - patches[12 - 2, 15 - 2])
            expected[row, column] = torch.exp(-difference.square().sum())
    torch.testing.assert_close(told.neighbours.map, expected, rtol=0, atol=1e-12)
    assert told.neighbours.size == pytest.approx(float(expected.sum()), abs=1e-10)
    assert told.neighbours.window() == (slice(8, 17), slice(11, 20))


def test_refreshed_similarities_are_those_of_the_last_steps():
    model, picture = random_model(), textured()
    told = explain(picture, (12, 15), sigma=0.1, weights=model)
    _, coding, number = whole_coding(model, picture, 0.1)
    (row,) = [
        coding.similarity.weights(k)[0, list(tile.queries).index(number)]
        for k, tile in enumerate(coding.similarity.tiles)
        if number in tile.queries
    ]
    assert told.neighbours.size == pytest.approx(float(row.sum()), abs=1e-12)


def test_neighbours_are_the_most_similar_and_share_atoms():
    model, picture = random_model(), textured()
    told = explain(picture, (12, 15), sigma=0.1, weights=model, neighbours=6)
    near = told.neighbours
    assert near.places[0].tolist() == [12, 15]
    assert near.weights[1:].tolist() == sorted(near.weights[1:].tolist(), reverse=True)
    others = torch.sort(near.map.flatten(), descending=True).values
    torch.testing.assert_close(near.weights[1:], others[1:7])
    _, coding, _ = whole_coding(model, picture, 0.1)
    for place, code in zip(near.places.tolist(), near.codes, strict=True):
        number = (place[0] + 2) * coding.grid[1] + place[1] + 2
        assert torch.equal(code, coding.codes[0, number][told.dictionary.numbers])
    support = near.support()
    first, second = ({int(k) for k in torch.nonzero(line)} for line in support[:2])
    assert float(near.shared()[1]) == pytest.approx(len(first & second) / len(first | second))
    assert {int(k) for k in near.rows()} == set().union(*({int(k) for k in torch.nonzero(line)} for line in support))


def test_use_is_the_share_of_the_energy():
    model, picture = random_model(), textured()
    told = explain(picture, sigma=0.1, weights=model).dictionary
    _, coding, _ = whole_coding(model, picture, 0.1)
    energy = torch.zeros(12, dtype=torch.float64)
    for code in coding.codes[0]:
        energy += code.square() * model.output.detach().square().sum(0)
    order = sorted(range(12), key=lambda k: -float(energy[k]))
    assert told.numbers.tolist() == order
    torch.testing.assert_close(told.use, (energy / energy.sum())[order])
    assert float(told.use.sum()) == pytest.approx(1)
    torch.testing.assert_close(told.frequency, (coding.codes[0] != 0).double().mean(0)[order])
    assert told.patches == coding.codes.shape[1]
    torch.testing.assert_close(told.atoms[0].flatten(), model.output[:, order[0]])


@pytest.mark.parametrize("channels", [1, 3])
def test_the_pixel_is_that_of_most_energy_times_group(channels):
    model, picture = random_model(channels=channels), textured(channels, 15, 18)
    told = explain(picture, sigma=0.1, weights=model)
    with torch.no_grad():
        part = Scene(picture, 0.1).coded(model, Square(0, 0, 15, 18))
    best, place = -1.0, None
    for number, centre in enumerate(part.centres.tolist()):
        if 0 <= centre[0] < 15 and 0 <= centre[1] < 18:
            patch = (model.output.detach() @ part.codes[number]).reshape(channels, 25)
            energy = float((patch - patch.mean(1, keepdim=True)).square().sum())
            score = energy * float(part.similarities(number).sum())
            best, place = max((best, place), (score, tuple(centre)))
    assert told.view.at == place


def test_a_part_says_of_its_middle_what_the_whole_says():
    model, picture = random_model(), textured(1, 90, 90)
    whole = explain(picture, (47, 41), sigma=0.1, weights=model)
    part = explain(picture, (47, 41), sigma=0.1, weights=model, side=60)
    assert part.view.corner == (17, 11)
    there, here = (torch.zeros(12).double().index_put((t.dictionary.numbers,), t.patch.code) for t in (whole, part))
    torch.testing.assert_close(here, there, rtol=0, atol=1e-9)
    assert part.denoised.shape == (1, 60, 60)


def test_a_stride_takes_the_closest_patch():
    model, picture = random_model(search=Search(window=9, refresh=2, patch_stride=3)), textured()
    told = explain(picture, (12, 15), sigma=0.1, weights=model)
    assert max(abs(told.patch.corner[0] + 2 - 12), abs(told.patch.corner[1] + 2 - 15)) <= 1
    with torch.no_grad():
        torch.testing.assert_close(told.denoised, model(picture[None].double(), 0.1)[0], rtol=0, atol=1e-12)


def test_a_mosaic_is_demosaicked():
    model, clean = random_model(channels=3), textured(3)
    physics = Demosaicing("GRBG")
    mosaic = physics(clean[None])[0]
    told = explain(mosaic, (12, 15), weights=model, pattern="GRBG")
    with torch.no_grad():
        expected = model.reconstruct(mosaic[None].double(), physics)[0]
    missing = physics.mask(mosaic[None])[0] == 0
    torch.testing.assert_close(told.denoised[missing], expected[missing], rtol=0, atol=1e-12)
    with pytest.raises(ShapeError, match="mosaic"):
        explain(clean, weights=model, pattern="GRBG")


@pytest.mark.parametrize("size", [(4, 4), (5, 30), (1, 1)])
def test_pictures_smaller_than_a_patch(size):
    told = explain(textured(1, *size), sigma=0.1, weights=random_model())
    assert told.denoised.shape == (1, *size)


def test_a_flat_picture_uses_no_atom(tmp_path):
    told = explain(torch.full((1, 20, 20), 0.3), sigma=0.1, weights=random_model())
    assert float(told.dictionary.use.sum()) == 0
    assert len(told.patch.used) == 0
    assert float((told.patch.partial_sums() - 0.3).abs().max()) < 1e-6
    told.save_html(tmp_path / "flat.html")
    told.save_png(tmp_path / "flat.png")


def test_the_level_is_estimated():
    picture = textured()
    with pytest.warns(NoiseRangeWarning, match="made for"):  # the model is for 0.1 alone
        told = explain(picture, (3, 3), weights=random_model())
    assert f"{find_white_noise(picture).sigma:.4f}" in told.facts["noise level"]
    assert "estimated" in told.facts["noise level"]


def test_faults_are_told():
    model, picture = random_model(), textured()
    for arguments, error, message in (
        ({"at": (30, 0)}, ArgumentError, "0..29"), ({"at": (0, -1)}, ArgumentError, "0..36"),
        ({"weights": "best"}, WeightsError, "best"), ({"weights": "epll-grey"}, ArgumentError, "sparse"),
        ({"weights": DRUNet(1, (2, 2, 2, 2), 1)}, ArgumentError, "sparse"), ({"sigma": 25}, ArgumentError, "25/255"),
        ({"weights": random_model(channels=3)}, ArgumentError, "1 channels"), ({"side": 0}, ArgumentError, "side"),
    ):  # fmt: skip
        with pytest.raises(error, match=message):
            explain(picture, **{"weights": model, **arguments})
    with pytest.raises(ShapeError, match="one picture"):
        explain(torch.zeros(2, 1, 20, 20), weights=model)


class Reader(HTMLParser):
    """Checks that tags match, and collects addresses and text."""

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.text, self.atoms = [], [], [], 0

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in {"src", "href", "srcset", "data"}]
        self.atoms += tag == "img" and any(name == "data-atom" for name, _ in attrs)
        if tag not in {"meta", "img", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("cls", [SC, GroupSC])
def test_the_page_stands_alone(tmp_path, cls):
    pixels = (textured(3).permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    path = tmp_path / "a<b>&c $x$.png"
    Image.fromarray(pixels).save(path)
    told = explain(path, sigma=0.1, weights=random_model(cls, channels=3))
    told.save_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    assert reader.atoms == 12
    assert reader.addresses
    assert all(address.startswith("data:image/png;base64,") for address in reader.addresses)
    assert not re.search(r"https?://|url\(|@import", page)
    assert "a<b>&c $x$.png" in "".join(reader.text)
    assert "<b>" not in page
    assert ("Similar patches decide" in page) == (cls is GroupSC)
    with Image.open(io.BytesIO(base64.b64decode(reader.addresses[1].partition(",")[2]))) as part:
        assert part.size == (37, 30)
    with pytest.raises(ImageFileError, match="exists"):
        told.save_html(tmp_path / "page.html")


def test_the_drawing_opens(tmp_path):
    told = explain(textured(), sigma=0.1, weights=random_model())
    told.save_png(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        sheet.load()
        assert sheet.width > 1500
    with pytest.raises(ImageFileError, match="exists"):
        told.save_png(tmp_path / "sheet.png")
