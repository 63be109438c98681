(0.0..1e18).step(1e-3).to_a
