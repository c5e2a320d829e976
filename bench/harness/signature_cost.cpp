#include "harness/signature_cost.hpp"

#include <ctime>

#include "base/crypto/signature.hpp"
#include "harness/samples.hpp"
#include "installation/driver.hpp"
#include "testing/async/seeded_random.hpp"

namespace kontor::bench {
namespace {

constexpr int batches = 15;
constexpr int batch = 100;

double processor_milliseconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e3 + static_cast<double>(spent.tv_nsec) / 1e6;
}

template <class Work>
double median_of(Work work) {
  Samples samples;
  for (int i = 0; i < batches; ++i) {
    const auto begin = processor_milliseconds();
    for (int each = 0; each < batch; ++each) work();
    samples.add((processor_milliseconds() - begin) / batch);
  }
  return samples.median();
}

}  // namespace

SignatureCost signature_cost() {
  testing::SeededRandom random{1};
  const auto key = crypto::PrivateKey::generate(crypto::KeyType::p256, random).value();
  const Bytes message(600);
  Bytes signature;
  SignatureCost cost;
  cost.make_ms = median_of([&] { signature = crypto::sign(key, message); });
  cost.check_ms = median_of([&] {
    installation::verify(crypto::verify(key.public_key(), {message, signature}), "a signature is valid");
  });
  return cost;
}

}  // namespace kontor::bench
