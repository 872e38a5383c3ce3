"""Line integrals along rays through images and volumes, and back along them."""
