#pragma once

#include <boost/json/fwd.hpp>

namespace kontor::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

class Node;
class ObjectReader;
class ObjectWriter;

}  // namespace kontor::json
