CREATE TABLE counts (subject uuid PRIMARY KEY, heard integer NOT NULL CHECK (heard <> 13), owned integer NOT NULL);
