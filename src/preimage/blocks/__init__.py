"""Arrays larger than memory: cut into blocks, computed one by one or by the workers of Dask."""

from preimage.blocks.array import BlockArray
from preimage.blocks.deblurring import BlockDeblurring
from preimage.blocks.denoise import BlockDenoising
from preimage.blocks.executor import BlockExecutor, DaskExecutor, SerialExecutor, executor_of
from preimage.blocks.grid import BlockGrid, Halo, choose_block
from preimage.blocks.proximal import BlockDPIR, BlockPGD
from preimage.blocks.richardson_lucy import BlockRichardsonLucy
from preimage.blocks.sources import BlockSource, FileSource
from preimage.blocks.stage import BlockInput, BlockResult, BlockStage, Surroundings
from preimage.blocks.variation import BlockVariation
from preimage.blocks.workspace import BlockOutput, Mapped, Workspace, opened_workspace

__all__ = [
    "BlockArray", "BlockDPIR", "BlockDeblurring",
    "BlockDenoising", "BlockExecutor", "BlockGrid", "BlockInput", "BlockOutput", "BlockPGD",
    "BlockResult", "BlockRichardsonLucy", "BlockSource", "BlockStage", "BlockVariation", "DaskExecutor", "FileSource",
    "Halo",
    "Mapped", "SerialExecutor", "Surroundings", "Workspace", "choose_block", "executor_of", "opened_workspace",
]  # fmt: skip
