#pragma once

#include <memory>

#include "base/json/codec.hpp"

namespace kontor::json {

/// An object that is never changed again and travels with values that are copied often: a copy is another
/// holder, whatever the object's size. Holders may be of any thread.
class SharedObject {
 public:
  SharedObject() = default;  ///< an empty one
  SharedObject(Object object) : object_(std::make_shared<const Object>(std::move(object))) {}

  const Object& operator*() const;
  const Object* operator->() const { return &**this; }

  /// Equal meaning, as of `equal`.
  bool operator==(const SharedObject& other) const;

 private:
  std::shared_ptr<const Object> object_;  ///< null: empty
};

template <>
inline constexpr bool described_in_place<SharedObject> = true;

Result<void> read(const Node& node, SharedObject& out);
Value write(const SharedObject& value);

}  // namespace kontor::json
