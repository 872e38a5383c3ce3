from tests.docs.blocks import Block, blocks_of

PAGE = """
<!-- setup
x = 1
-->
<!-- smaller: 256 -> 32; 9 -> 3 -->
```python
y = 256 * 9
```
<!-- not run: it needs a scanner -->
```python
z = scan()
```
```sh
preimage demo
```
"""


def test_blocks_come_with_what_readers_do_not_see() -> None:
    assert blocks_of(PAGE) == [Block("x = 1\n"), Block("y = 32 * 3\n"), Block("z = scan()\n", "it needs a scanner")]
