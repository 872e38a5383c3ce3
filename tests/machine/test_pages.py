from preimage.machine.pages import take_large_pages


def test_large_pages_are_asked_for_unless_the_user_has_said_no():
    usual, chosen = {"PATH": "/bin"}, {"THP_MEM_ALLOC_ENABLE": "0"}
    take_large_pages(usual)
    take_large_pages(chosen)
    assert usual == {"PATH": "/bin", "THP_MEM_ALLOC_ENABLE": "1"}
    assert chosen == {"THP_MEM_ALLOC_ENABLE": "0"}
