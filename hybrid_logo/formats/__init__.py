"""What each picture format says about itself before anything is decoded; one module per format."""
