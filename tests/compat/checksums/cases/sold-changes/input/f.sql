create function f() returns int  return 2
