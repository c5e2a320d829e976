#include "base/result/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace kontor {

Error::Error() = default;
Error::Error(ErrorCode code_in, std::string detail_in, std::string pointer_in,
             std::shared_ptr<const Error> cause_in)
    : code(code_in),
      detail(std::move(detail_in)),
      pointer(std::move(pointer_in)),
      cause(std::move(cause_in)) {}
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

std::string Error::message() const {
  std::string text;
  for (const auto* each = this; each; each = each->cause.get()) {
    if (each != this) text += ": ";
    const bool said_below = each->cause && each->cause->pointer == each->pointer;
    if (!each->pointer.empty() && !said_below) text += each->pointer + " ";
    text += each->detail;
  }
  return text;
}

std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

namespace internal {

std::unexpected<Error> fail(ErrorCode code, fmt::string_view text, fmt::format_args args) {
  return std::unexpected(Error(code, fmt::vformat(text, args)));
}

std::unexpected<Error> fail_after(Error cause, fmt::string_view text, fmt::format_args args) {
  auto code = cause.code;
  auto pointer = cause.pointer;
  return std::unexpected(Error(code, fmt::vformat(text, args), std::move(pointer),
                               std::make_shared<const Error>(std::move(cause))));
}

std::unexpected<Error> fail_as(ErrorCode code, Error cause, fmt::string_view text, fmt::format_args args) {
  return std::unexpected(
      Error(code, fmt::vformat(text, args), {}, std::make_shared<const Error>(std::move(cause))));
}

std::unexpected<Error> invalid(std::string pointer, fmt::string_view text, fmt::format_args args) {
  return std::unexpected(Error(ErrorCode::invalid_input, fmt::vformat(text, args), std::move(pointer)));
}

}  // namespace internal

void invariant(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken invariant: %s\n", promise);
  std::abort();
}

}  // namespace kontor
