#include "fabric/exchange/assembly.hpp"

namespace kontor::fabric::exchange {

Result<platform::assembly::Built<ExchangeAssembly::Provides>> ExchangeAssembly::build(Requires,
                                                                                      const Config&) {
  return std::make_unique<InProcessExchange>();
}

}  // namespace kontor::fabric::exchange
