#include "interop/edc/report.hpp"

#include <fmt/format.h>

#include <chrono>

#include "installation/driver.hpp"

namespace kontor::interop::edc {

bool Report::run(const std::string& name, const std::function<std::string()>& verify) {
  const auto begun = std::chrono::steady_clock::now();
  std::string text;
  bool good = true;
  try {
    text = verify();
  } catch (const installation::Failed& failed) {
    text = failed.why;
    good = false;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  ++(good ? passed_ : failed_);
  fmt::print("  {} {:>6.1f} s  {}\n           {}\n", good ? "passed" : "FAILED", took.count(), name, text);
  std::fflush(stdout);
  return good;
}

}  // namespace kontor::interop::edc
