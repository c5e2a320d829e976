#include "protocol/api/route.hpp"

namespace kontor::protocol::api {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::del:
      return "DELETE";
  }
  return {};
}

Result<void> read(const json::Node&, Nothing&) {
  return {};
}
json::Value write(const Nothing&) {
  return nullptr;
}

Result<void> read(const json::Node& node, AnyJson& out) {
  if (auto* shape = node.shape()) shape->keyword("description", "Any JSON.");
  if (!node.is_absent()) out.value = node.value();
  return {};
}
json::Value write(const AnyJson& value) {
  return value.value;
}

}  // namespace kontor::protocol::api
