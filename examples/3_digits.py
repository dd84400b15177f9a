"""The book's network learns to read real handwritten digits; its gradients come from the tape."""

from nn import Network, load_digits

training_data, test_data = load_digits()  # scikit-learn's 1,797 digits of 8 × 8 pixels, bundled with it
print(f"{training_data[0].shape[1]:,} digits to learn from, {test_data[1].size} others to be tested on")

network = Network([64, 30, 10], rng=0)  # 64 pixels, 30 hidden sigmoid neurons, one output for each digit
right = network.SGD(training_data, epochs=30, mini_batch_size=10, eta=3.0, test_data=test_data)

share = right[-1] / test_data[1].size
print(f"After 30 epochs {share:.1%} of the held-out digits are read right.")
assert share >= 0.97
