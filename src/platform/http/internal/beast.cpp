// Boost.Beast's own sources, compiled here and nowhere else.
#include <boost/beast/src.hpp>
