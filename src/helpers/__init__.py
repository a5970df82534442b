"""Engine of the MAS living review: evidence model, synthesis, audit, notebooks runner and publisher."""
