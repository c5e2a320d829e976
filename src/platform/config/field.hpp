#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/config/value.hpp"

/// A component declares its configuration beside itself: a struct with its defaults, and one line a field.
///
///     struct TransferProcessConfig {
///       std::chrono::milliseconds flow_start_timeout{30'000};
///       std::size_t page_bytes_max = 64 * 1024;
///     };
///     inline config::Fields fields_of(config::Type<TransferProcessConfig>) {
///       using C = TransferProcessConfig;
///       return {
///           config::field("flow_start_timeout", &C::flow_start_timeout, "time a data plane has to
///           acknowledge a start")
///               .at_least(100ms),
///           config::field("page_bytes_max", &C::page_bytes_max, "largest page that is sent").unit("bytes"),
///       };
///     }
///
/// A rule over several fields is a function `Result<void> validate(const TransferProcessConfig&)` beside
/// `fields_of`.
namespace kontor::platform::config {

/// One key, with its type erased.
struct Field {
  std::string name;
  std::string type;
  std::string unit;  ///< `bytes`; durations name theirs in the value
  std::string meaning;
  std::string default_value;  ///< as it would be written
  bool required = false;
  bool secret = false;
  Fields members = {};             ///< of a section, or of one element of a list or map of sections
  std::string member_prefix = {};  ///< between this field's name and a member's: `.`, `[].` or `.*.`
  std::function<void(const Input&, void* object)> read = {};
  std::function<std::string(const void* object)> show = {};
  /// The nested struct of a section in force; null where there is none (a list, a map, an empty optional).
  std::function<const void*(const void* object)> section = {};
};

/// Sets the default of each field, nested ones included, to its value in `object`.
void take_defaults(Fields& fields, const void* object);

/// Declares one field of `T`. Converts to Field; the calls add rules and may be chained.
template <class T, class M>
class FieldOf {
 public:
  using Check = std::function<std::string(const M&)>;  ///< the broken rule, or nothing

  FieldOf(std::string_view name, M T::* member, std::string_view meaning)
      : member_(member),
        field_{.name = std::string(name), .type = Value<M>::type(), .meaning = std::string(meaning)} {}

  FieldOf& unit(std::string_view unit) {
    field_.unit = unit;
    return *this;
  }
  /// The value has no default that could be right.
  FieldOf& required() {
    field_.required = true;
    return *this;
  }
  FieldOf& at_least(M min) {
    return check(
        [min](const M& value) { return value < min ? "must be at least " + Value<M>::show(min) : ""; });
  }
  FieldOf& at_most(M max) {
    return check(
        [max](const M& value) { return max < value ? "must be at most " + Value<M>::show(max) : ""; });
  }
  FieldOf& not_empty() {
    return check([](const M& value) { return std::string(value.empty() ? "must not be empty" : ""); });
  }
  FieldOf& check(Check check) {
    checks_.push_back(std::move(check));
    return *this;
  }

  operator Field() const {
    Field field = field_;
    field.secret = std::is_same_v<M, Secret> || std::is_same_v<M, std::optional<Secret>>;
    add_members<M>(field);
    field.show = [member = member_](const void* object) {
      return Value<M>::show(static_cast<const T*>(object)->*member);
    };
    field.section = [member = member_](const void* object) {
      return section_of(static_cast<const T*>(object)->*member);
    };
    field.read = [member = member_, checks = checks_, as_bytes = field.unit == "bytes"](const Input& in,
                                                                                        void* object) {
      M& value = static_cast<T*>(object)->*member;
      if (!read_value(in, value, as_bytes)) return;
      for (const auto& check : checks) {
        if (auto rule = check(value); !rule.empty()) in.refuse(rule);
      }
    };
    return field;
  }

 private:
  static bool read_value(const Input& in, M& value, bool as_bytes) {
    if constexpr (std::integral<M> && !std::same_as<M, bool>) {
      return Value<M>::read(in, value, as_bytes);
    } else {
      (void)as_bytes;
      return Value<M>::read(in, value);
    }
  }

  template <class V>
  static void add_members(Field& field, std::string_view prefix = ".") {
    static_assert(
        !std::same_as<V, Secret> || std::same_as<M, Secret> || std::same_as<M, std::optional<Secret>>,
        "secrets of a list or map stand in a struct with fields, so that each can be given by a file");
    if constexpr (HasFields<V>) {
      field.members = fields_of(Type<V>{});
      field.member_prefix = prefix;
      const V defaults{};
      take_defaults(field.members, &defaults);
    } else if constexpr (requires { typename V::mapped_type; }) {
      add_members<typename V::mapped_type>(field, ".*.");
    } else if constexpr (requires { typename V::value_type; } && !std::same_as<V, std::string>) {
      add_members<typename V::value_type>(field, requires { typename V::iterator; } ? "[]." : ".");
    }
  }

  static const void* section_of(const M& value) {
    if constexpr (HasFields<M>) return &value;
    if constexpr (requires { value.has_value(); }) return value ? &*value : nullptr;
    return nullptr;
  }

  M T::* member_;
  Field field_;
  std::vector<Check> checks_;
};

template <class T, class M>
FieldOf<T, M> field(std::string_view name, M T::* member, std::string_view meaning) {
  return FieldOf<T, M>(name, member, meaning);
}

}  // namespace kontor::platform::config
