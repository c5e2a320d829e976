#include "protocol/cel/type.hpp"

#include <array>

namespace kontor::protocol::cel {

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 15> names{"null_type",
                                                   "bool",
                                                   "int",
                                                   "uint",
                                                   "double",
                                                   "string",
                                                   "bytes",
                                                   "list",
                                                   "map",
                                                   "google.protobuf.Timestamp",
                                                   "google.protobuf.Duration",
                                                   "type",
                                                   "dyn",
                                                   "parameter",
                                                   "opaque"};
  return names[static_cast<std::size_t>(kind)];
}

Type::Type(Kind simple) : kind(simple) {
  if (kind == Kind::list || kind == Kind::type) of = {Type()};
  if (kind == Kind::map) of = {Type(), Type()};
}

Type Type::list(Type element) {
  Type type(Kind::list);
  type.of[0] = std::move(element);
  return type;
}

Type Type::map(Type key, Type value) {
  Type type(Kind::map);
  type.of = {std::move(key), std::move(value)};
  return type;
}

Type Type::type(Type denoted) {
  Type type(Kind::type);
  type.of[0] = std::move(denoted);
  return type;
}

Type Type::parameter(std::string name) {
  Type type(Kind::parameter);
  type.name = std::move(name);
  return type;
}

Type Type::opaque(std::string name, std::vector<Type> parameters) {
  Type type(Kind::opaque);
  type.name = std::move(name);
  type.of = std::move(parameters);
  return type;
}

std::string to_text(const Type& type) {
  std::string text(type.name.empty() ? name_of(type.kind) : std::string_view(type.name));
  if (type.of.empty()) return text;
  text += '(';
  for (std::size_t i = 0; i < type.of.size(); ++i) {
    if (i > 0) text += ", ";
    text += to_text(type.of[i]);
  }
  return text + ')';
}

}  // namespace kontor::protocol::cel
