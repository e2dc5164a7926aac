

-- FAILED
