#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::protocol::cel {

/// What a value is, in the order of the alternatives of `Value`. The last three are kinds of types only.
enum class Kind : std::uint8_t {
  null,
  boolean,
  int64,
  uint64,
  float64,
  string,
  bytes,
  list,
  map,
  timestamp,
  duration,
  type,       ///< a type as a value: `type(1) == int`
  dyn,        ///< not known before evaluation: everything is allowed, and checked then
  parameter,  ///< any one type, the same wherever the name stands in a signature
  opaque,     ///< a type of the host's own, known by its name
};

/// As the language spells it: `int`, `null_type`, `google.protobuf.Timestamp`.
std::string_view name_of(Kind kind);

/// The static type of an expression, as the type check derives it.
struct Type {
  Kind kind = Kind::dyn;
  std::string name;      ///< of a parameter or an opaque type
  std::vector<Type> of;  ///< element of a list, key and value of a map, parameters of an opaque type

  Type() = default;
  Type(Kind simple);  ///< `Kind::list` is a list of dyn, `Kind::map` a map of dyn to dyn

  static Type list(Type element);
  static Type map(Type key, Type value);
  static Type type(Type denoted);
  static Type parameter(std::string name);
  static Type opaque(std::string name, std::vector<Type> parameters = {});

  friend bool operator==(const Type&, const Type&) = default;
};

/// For people: `map(string, list(int))`.
std::string to_text(const Type& type);

}  // namespace kontor::protocol::cel
