#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result/result.hpp"
#include "base/text/bytes.hpp"
#include "protocol/cel/time.hpp"
#include "protocol/cel/type.hpp"

namespace kontor::protocol::cel {

class Value;
class Map;
using List = std::vector<Value>;

/// A value of the language. Immutable; strings, octets, lists and maps are shared, so a copy is cheap and may
/// be read by any thread. A type as a value is its `Kind`.
class Value {
 public:
  Value() = default;  ///< null
  Value(std::same_as<bool> auto value) : data_(value) {}
  Value(std::signed_integral auto value) : data_(static_cast<std::int64_t>(value)) {}
  Value(std::same_as<std::uint64_t> auto value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(std::string value);  ///< UTF-8
  Value(std::string_view value);
  Value(const char* value) : Value(std::string_view(value)) {}
  Value(Bytes value);
  Value(List value);
  Value(Map value);
  Value(Timestamp value) : data_(value) {}
  Value(Duration value) : data_(value) {}
  Value(Kind type) : data_(type) {}

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::null; }

  /// The content, or nothing where the value is of another kind.
  const bool* if_bool() const { return std::get_if<bool>(&data_); }
  const std::int64_t* if_int() const { return std::get_if<std::int64_t>(&data_); }
  const std::uint64_t* if_uint() const { return std::get_if<std::uint64_t>(&data_); }
  const double* if_double() const { return std::get_if<double>(&data_); }
  const std::string* if_string() const { return shared<std::string>(); }
  const Bytes* if_bytes() const { return shared<Bytes>(); }
  const List* if_list() const { return shared<List>(); }
  const Map* if_map() const { return shared<Map>(); }
  const Timestamp* if_timestamp() const { return std::get_if<Timestamp>(&data_); }
  const Duration* if_duration() const { return std::get_if<Duration>(&data_); }
  const Kind* if_type() const { return std::get_if<Kind>(&data_); }

 private:
  template <class T>
  const T* shared() const {
    const auto* pointer = std::get_if<std::shared_ptr<const T>>(&data_);
    return pointer ? pointer->get() : nullptr;
  }

  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::shared_ptr<const std::string>,
               std::shared_ptr<const Bytes>, std::shared_ptr<const List>, std::shared_ptr<const Map>,
               Timestamp, Duration, Kind>
      data_;
};

/// Keys are booleans, numbers without fraction and strings; 1 and 1u are one key, and 1.0 finds it. Entries
/// are in the order of their keys: booleans, numbers, strings.
class Map {
 public:
  struct Entry {
    Value key;
    Value value;
  };

  Map() = default;
  /// Errors: invalid_input for a key of another kind, and for one that is there twice.
  static Result<Map> of(std::vector<Entry> entries);

  const Value* find(const Value& key) const;
  const Value* find(std::string_view key) const;
  const std::vector<Entry>& entries() const { return entries_; }
  std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
};

/// For an error's text: a key as it is written, of everything else the type.
std::string describe(const Value& value);

}  // namespace kontor::protocol::cel
