#include <concepts>
#include <limits>

#include "protocol/cel/internal/functions.hpp"

namespace kontor::protocol::cel {
namespace {

template <class T>
const T& get(const Value& value) {
  if constexpr (std::same_as<T, std::int64_t>) return *value.if_int();
  if constexpr (std::same_as<T, std::uint64_t>) return *value.if_uint();
  if constexpr (std::same_as<T, double>) return *value.if_double();
  if constexpr (std::same_as<T, Timestamp>) return *value.if_timestamp();
  if constexpr (std::same_as<T, Duration>) return *value.if_duration();
}

std::unexpected<Error> overflow() {
  return invalid("", "the result does not fit into 64 bits");
}

template <std::integral T>
Result<T> plus(T a, T b) {
  T sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return overflow();
  return sum;
}
template <std::integral T>
Result<T> minus(T a, T b) {
  T difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return overflow();
  return difference;
}
template <std::integral T>
Result<T> times(T a, T b) {
  T product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return overflow();
  return product;
}
template <std::integral T>
bool is_lowest_by_minus_one(T a, T b) {
  return std::signed_integral<T> && a == std::numeric_limits<T>::lowest() && b == static_cast<T>(-1);
}
template <std::integral T>
Result<T> divided(T a, T b) {
  if (b == 0) return invalid("", "division by zero");
  if (is_lowest_by_minus_one(a, b)) return overflow();
  return a / b;
}
template <std::integral T>
Result<T> remainder(T a, T b) {
  if (b == 0) return invalid("", "modulus by zero");
  return is_lowest_by_minus_one(a, b) ? T{0} : a % b;
}

Result<double> plus(double a, double b) {
  return a + b;
}
Result<double> minus(double a, double b) {
  return a - b;
}
Result<double> times(double a, double b) {
  return a * b;
}
Result<double> divided(double a, double b) {
  return a / b;
}

/// A function of two C++ values as one of two values of the language.
template <class A, class B, class R>
Function binary(std::string name, Kind a, Kind b, Kind result, Result<R> (*operation)(A, B)) {
  return {std::move(name), {a, b}, result, [operation](Arguments arguments, Meter&) -> Result<Value> {
            auto value = operation(get<A>(arguments[0]), get<B>(arguments[1]));
            if (!value) return fail(std::move(value.error()));
            return Value(*value);
          }};
}

template <class T>
void add_numbers(std::vector<Function>& functions, Kind kind) {
  functions.push_back(binary<T, T, T>("_+_", kind, kind, kind, plus));
  functions.push_back(binary<T, T, T>("_-_", kind, kind, kind, minus));
  functions.push_back(binary<T, T, T>("_*_", kind, kind, kind, times));
  functions.push_back(binary<T, T, T>("_/_", kind, kind, kind, divided));
  if constexpr (std::integral<T>) functions.push_back(binary<T, T, T>("_%_", kind, kind, kind, remainder));
}

Result<Value> negative_int(Arguments arguments, Meter&) {
  return minus(std::int64_t{0}, *arguments[0].if_int());
}

Result<Value> negative_double(Arguments arguments, Meter&) {
  return -*arguments[0].if_double();
}

Result<Value> join_strings(Arguments arguments, Meter& meter) {
  return make_string(*arguments[0].if_string() + *arguments[1].if_string(), meter);
}

Result<Value> join_bytes(Arguments arguments, Meter& meter) {
  const auto& tail = *arguments[1].if_bytes();
  auto octets = *arguments[0].if_bytes();
  if (auto paid = meter.allocate(octets.size() + tail.size()); !paid) return fail(std::move(paid.error()));
  octets.insert(octets.end(), tail.begin(), tail.end());
  return Value(std::move(octets));
}

Result<Value> join_lists(Arguments arguments, Meter& meter) {
  const auto& head = *arguments[0].if_list();
  const auto& tail = *arguments[1].if_list();
  const auto size = head.size() + tail.size();
  if (auto paid = meter.allocate(size * sizeof(Value)); !paid) return fail(std::move(paid.error()));
  List list;
  list.reserve(size);
  list.insert(list.end(), head.begin(), head.end());
  list.insert(list.end(), tail.begin(), tail.end());
  return Value(std::move(list));
}

Result<Timestamp> later(Duration duration, Timestamp timestamp) {
  return add(timestamp, duration);
}

}  // namespace

std::vector<Function> arithmetic_functions() {
  const auto list = Type::list(Type::parameter("A"));
  std::vector<Function> functions{
      {"-_", {Kind::int64}, Kind::int64, negative_int},
      {"-_", {Kind::float64}, Kind::float64, negative_double},
      {"_+_", {Kind::string, Kind::string}, Kind::string, join_strings},
      {"_+_", {Kind::bytes, Kind::bytes}, Kind::bytes, join_bytes},
      {"_+_", {list, list}, list, join_lists},
  };
  add_numbers<std::int64_t>(functions, Kind::int64);
  add_numbers<std::uint64_t>(functions, Kind::uint64);
  add_numbers<double>(functions, Kind::float64);
  constexpr auto timestamp = Kind::timestamp;
  constexpr auto duration = Kind::duration;
  functions.push_back(binary<Timestamp, Duration, Timestamp>("_+_", timestamp, duration, timestamp, add));
  functions.push_back(binary<Duration, Timestamp, Timestamp>("_+_", duration, timestamp, timestamp, later));
  functions.push_back(binary<Duration, Duration, Duration>("_+_", duration, duration, duration, add));
  functions.push_back(
      binary<Timestamp, Duration, Timestamp>("_-_", timestamp, duration, timestamp, subtract));
  functions.push_back(
      binary<Timestamp, Timestamp, Duration>("_-_", timestamp, timestamp, duration, subtract));
  functions.push_back(binary<Duration, Duration, Duration>("_-_", duration, duration, duration, subtract));
  return functions;
}

}  // namespace kontor::protocol::cel
