#include "base/result/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace kontor {

std::string Error::message() const {
  auto text = detail;
  for (auto next = cause; next; next = next->cause) text += ": " + next->detail;
  return text;
}

std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

void invariant(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken invariant: %s\n", promise);
  std::abort();
}

}  // namespace kontor
