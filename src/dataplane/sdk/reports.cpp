#include "dataplane/sdk/reports.hpp"

namespace kontor::dataplane::sdk {

void Reports::open(Sink sink) {
  const std::lock_guard lock(mutex_);
  sink_ = std::move(sink);
}

void Reports::close() {
  const std::lock_guard lock(mutex_);
  sink_ = nullptr;
}

bool Reports::tell(Report report) {
  const std::lock_guard lock(mutex_);
  if (!sink_) return false;
  sink_(std::move(report));
  return true;
}

}  // namespace kontor::dataplane::sdk
