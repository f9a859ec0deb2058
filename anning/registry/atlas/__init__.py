"""The one map (一张图) and the wall (大屏): what lies where, what is inside a shape, a picture of it for paper."""
