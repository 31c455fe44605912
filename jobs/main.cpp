#include <cstdio>

#include "core/provenance.hpp"

int main() {
  std::puts(stockpot::version_line().c_str());
  return 0;
}
