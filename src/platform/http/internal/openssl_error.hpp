#pragma once

#include <openssl/err.h>

#include <string>

namespace kontor::platform::http {

/// What OpenSSL says about the last failure, and an empty queue afterwards.
inline std::string openssl_reason() {
  auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  char text[256];
  ERR_error_string_n(code, text, sizeof text);
  auto* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : text;
}

}  // namespace kontor::platform::http
