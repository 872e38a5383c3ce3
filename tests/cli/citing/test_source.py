import pytest

from preimage.cli.citing.source import known_publications, publications_of, references_of
from preimage.optim import PDHG, SDMM, Anderson, TVPrior


@pytest.mark.parametrize(
    ("reference", "keys", "title"),
    [
        ('Batson and Royer, "Noise2Self: blind denoising", ICML 2019', ["batson2019"], "Noise2Self: blind denoising"),
        ("coupled: Bresson & Chan 2008", ["bresson2008"], "Fast dual minimization of the vectorial total variation"),
        ("on splitting methods, with a safeguard, Zhang, O'Donoghue, Boyd 2020", ["zhang2020"], "Globally convergent"),
        ("Song, Meng, Ermon, ICLR 2021, equations 12", ["song2021"], "Denoising diffusion implicit models"),
        ("Song et al., ICLR 2021, equation 32", ["song2021"], "Score-based generative modeling"),
        ('Lim and Ye, "Geometric GAN", arXiv 1705.02894', ["lim2017"], "Geometric GAN"),
        ('Buades, Coll, "First", CVPR 2005, and "Second", IPOL 2011', ["buades2005", "buades2011"], "First"),
        ("this form of g is ours", [], ""),
    ],
)
def test_references_are_understood(reference, keys, title) -> None:
    found = publications_of(reference)
    assert [publication.key for publication in found] == keys
    assert not keys or found[0].title.startswith(title)


def test_a_docstring_is_taken_apart_at_its_semicolons() -> None:
    assert references_of(TVPrior) == ("Rudin, Osher, Fatemi 1992", "coupled: Bresson & Chan 2008")
    assert len(references_of(SDMM)) == 3
    assert references_of(test_a_docstring_is_taken_apart_at_its_semicolons) == ()


@pytest.mark.parametrize("method", [TVPrior, PDHG, SDMM, Anderson])
def test_every_reference_of_these_is_found(method) -> None:
    assert all(publications_of(reference) for reference in references_of(method))


def test_the_table_says_who_what_and_where() -> None:
    for key, row in known_publications().items():
        assert row.author, key
        assert row.title, key
        assert row.venue, key
        assert 1800 < int(row.year) < 2030, key
        assert key.split("-")[0][:5] == row.key.rstrip("0123456789")[:5], key
