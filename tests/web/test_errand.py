from preimage.web.errand import Errand


def test_an_errand_is_one_line_and_comes_back() -> None:
    views = (("a.tif", "view.png"),)
    errand = Errand(
        "/a\nb", ("restore", "denoise", "ä b.png"), ("ä b.png",), (("b.png", "k.png"),), views, ("a.json",), 2
    )
    line = errand.to_json()
    assert "\n" not in line
    assert Errand.from_json(line) == errand
    assert Errand.from_json(Errand("/a").to_json()) == Errand("/a")
