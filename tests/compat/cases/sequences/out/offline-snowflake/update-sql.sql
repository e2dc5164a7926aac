alter session set jdbc_query_result_format = 'JSON';

-- FAILED
