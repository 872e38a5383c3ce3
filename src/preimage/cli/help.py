"""What the help of ``preimage restore`` shows beside the options."""

from preimage.files.formats.table import titles

__all__ = ["EXAMPLES", "RESTORE"]

RESTORE = f"Restore photographs: files, folders or patterns of {titles(last='and')}."

EXAMPLES = {
    "denoise": """Examples:

preimage restore denoise photo.jpg  (writes photo-denoised.jpg)

preimage restore denoise photo.jpg -o clean.png --sigma 10/255 --compare both.png

preimage restore denoise holiday/ --recursive --skip-existing  (writes holiday-denoised/)

preimage restore denoise scan.tif --method dip --preview 20""",
    "deblur": """Examples:

preimage restore deblur photo.png --kernel motion:15@30

preimage restore deblur photo.png --kernel kernel.npy --sigma 2/255 -o sharp.png --trace

preimage restore deblur stars.tif --kernel gaussian:1.6 --method dip""",
    "superresolve": """Examples:

preimage restore superresolve small.png --factor 3

preimage restore superresolve thumbnail.png --factor 4 --kernel lanczos --method dip -o large.png""",
    "inpaint": """Examples:

preimage restore inpaint scan.tif --mask scratches.png

preimage restore inpaint photo.png --mask text.png --white seen -o whole.png

preimage restore inpaint photo.png --mask hole.png --method dip  (for large holes)""",
    "demosaic": """Examples:

preimage restore demosaic bayer.png --pattern RGGB

preimage restore demosaic bayer.tif --pattern GBRG --method groupsc -o colour.tif""",
    "deblock": """Examples:

preimage restore deblock small.jpg  (writes small-deblocked.png)

preimage restore deblock small.jpg --quality 20 --strength 1.2 -o smooth.jpg --output-quality 98

preimage restore deblock cartoon.png --method dip""",
    "flash": """Examples:

preimage restore flash dark.jpg --flash bright.jpg

preimage restore flash dark.jpg --flash bright.jpg -o light.png --preview 20""",
}
