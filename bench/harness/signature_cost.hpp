#pragma once

namespace kontor::bench {

/// Processor milliseconds of one ES256 signature over 600 bytes, and of its verification, with parsed keys.
struct SignatureCost {
  double make_ms = 0;
  double check_ms = 0;
};
SignatureCost signature_cost();

}  // namespace kontor::bench
