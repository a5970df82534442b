"""Engine of living reviews: evidence model, synthesis, audit, notebooks runner and publisher."""
