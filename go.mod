module chiso

go 1.26
