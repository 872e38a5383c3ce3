from preimage.metric import PSNR


def gain(restored, degraded, truth):
    psnr = PSNR()
    return float(psnr(restored[None], truth[None]) - psnr(degraded[None], truth[None]))
