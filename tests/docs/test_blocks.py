from tests.docs.blocks import Block, blocks_of

PAGE = """
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


def test_blocks_come_in_their_order_smaller_or_with_a_reason() -> None:
    assert blocks_of(PAGE) == [Block("y = 32 * 3\n"), Block("z = scan()\n", "it needs a scanner")]
