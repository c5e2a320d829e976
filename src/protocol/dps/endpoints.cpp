#include "protocol/dps/endpoints.hpp"

namespace kontor::protocol::dps {
namespace {

/// One segment of a path: everything but RFC 3986's unreserved characters is percent-encoded.
std::string segment(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static constexpr std::string_view marks = "-._~";
  std::string encoded;
  for (char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9') || marks.contains(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

std::string_view without_slash(std::string_view endpoint) {
  while (endpoint.ends_with('/')) endpoint.remove_suffix(1);
  return endpoint;
}

}  // namespace

std::string_view operation_name(Operation operation) {
  switch (operation) {
    case Operation::prepare:
      return "prepare";
    case Operation::start:
      return "start";
    case Operation::started:
      return "started";
    case Operation::suspend:
      return "suspend";
    case Operation::resume:
      return "resume";
    case Operation::terminate:
      return "terminate";
    case Operation::completed:
      return "completed";
    case Operation::status:
      return "status";
  }
  return {};
}

std::string_view callback_name(Callback callback) {
  switch (callback) {
    case Callback::prepared:
      return "prepared";
    case Callback::started:
      return "started";
    case Callback::completed:
      return "completed";
    case Callback::errored:
      return "errored";
  }
  return {};
}

std::string operation_url(std::string_view endpoint, Operation operation, const DataFlowId& flow) {
  std::string url(without_slash(endpoint));
  if (!url.ends_with("/dataflows")) url += "/dataflows";
  if (operation != Operation::prepare && operation != Operation::start) url += "/" + segment(flow.str());
  url += "/";
  url += operation_name(operation);
  return url;
}

std::string callback_url(std::string_view endpoint, const ProcessId& process, Callback callback) {
  std::string url(without_slash(endpoint));
  url += "/transfers/" + segment(process.str()) + "/dataflow/";
  url += callback_name(callback);
  return url;
}

std::string status_path(const DataFlowId& flow) {
  return "/dataflows/" + segment(flow.str()) + "/status";
}

}  // namespace kontor::protocol::dps
