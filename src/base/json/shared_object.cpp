#include "base/json/shared_object.hpp"

#include <algorithm>

namespace kontor::json {

const Object& SharedObject::operator*() const {
  static const Object empty;
  return object_ ? *object_ : empty;
}

bool SharedObject::operator==(const SharedObject& other) const {
  if (object_ == other.object_) return true;
  const auto& theirs = *other;
  return (*this)->size() == theirs.size() && std::ranges::all_of(**this, [&](const auto& member) {
           const auto* value = theirs.if_contains(member.key());
           return value && equal(member.value(), *value);
         });
}

Result<void> read(const Node& node, SharedObject& out) {
  Object object;
  auto done = read(node, object);
  if (done) out = std::move(object);
  return done;
}

Value write(const SharedObject& value) {
  return write(*value);
}

}  // namespace kontor::json
