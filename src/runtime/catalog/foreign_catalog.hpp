#pragma once

#include <functional>
#include <string>

#include "base/json/json.hpp"
#include "platform/http/message.hpp"

namespace kontor::runtime::catalog {

struct ForeignCatalogBounds {
  std::size_t pages_max = 200;
  std::size_t bytes_max = 16 * 1024 * 1024;  ///< of all pages together
};

/// Asks for a page of somebody else's catalog at a URL; the answer is a 2xx.
using AskPage = std::function<Task<Result<platform::http::Response>>(std::string url)>;

/// A catalog with the datasets of all its pages: the first, and those that `next` links lead to, at the same
/// host and port.   [DSP 2025-1, catalog HTTPS binding] Errors: those of `ask`; peer_refused (an answer that
/// is no catalog, or links that lead elsewhere or in a circle), too_large.
Task<Result<json::Value>> read_catalog(std::string url, AskPage ask, ForeignCatalogBounds bounds = {});

}  // namespace kontor::runtime::catalog
